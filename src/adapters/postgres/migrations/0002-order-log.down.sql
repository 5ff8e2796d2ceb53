drop table order_log_offsets;
drop table order_log;
drop table order_log_partitions;
