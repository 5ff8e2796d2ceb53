-- Deletes the rows of all servers.
-- IN  none
-- OUT none
delete from servers;
