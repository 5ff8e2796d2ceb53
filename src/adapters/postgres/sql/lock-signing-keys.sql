-- One rotation at a time; whoever reads keys does not wait.
-- IN  none
-- OUT none
lock table signing_keys in share row exclusive mode;
