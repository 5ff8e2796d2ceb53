-- The next number over all epochs. Its row stays locked until the end of the transaction: numbers become visible in order.
-- IN  none
-- OUT number
update epoch_counter set number = number + 1 returning number;
