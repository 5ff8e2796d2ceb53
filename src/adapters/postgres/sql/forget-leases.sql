-- Ends all leases. The rows stay, so that tokens never repeat.
-- IN  none
-- OUT none
update leases set holder = '', expires_at = '-infinity';
