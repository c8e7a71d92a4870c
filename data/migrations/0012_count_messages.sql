ALTER TABLE `partitions` ADD `messages` integer DEFAULT 0 NOT NULL;
--> statement-breakpoint
-- Deleting every conversation says how many messages went. Counting them then would take time in proportion to the account.
UPDATE `partitions` SET `messages` = (SELECT coalesce(sum(`message_count`), 0) FROM `conversations` WHERE `partition_no` = `no`);
--> statement-breakpoint
DROP TRIGGER `conversations_count_insert`;
--> statement-breakpoint
CREATE TRIGGER `conversations_count_insert` AFTER INSERT ON `conversations`
BEGIN
	UPDATE `partitions` SET `conversations` = `conversations` + 1, `messages` = `messages` + NEW.`message_count` WHERE `no` = NEW.`partition_no`;
END;
--> statement-breakpoint
DROP TRIGGER `conversations_count_move`;
--> statement-breakpoint
CREATE TRIGGER `conversations_count_move` AFTER UPDATE OF `partition_no` ON `conversations`
BEGIN
	UPDATE `partitions` SET `conversations` = `conversations` - 1, `messages` = `messages` - OLD.`message_count` WHERE `no` = OLD.`partition_no`;
	UPDATE `partitions` SET `conversations` = `conversations` + 1, `messages` = `messages` + NEW.`message_count` WHERE `no` = NEW.`partition_no`;
END;
--> statement-breakpoint
DROP TRIGGER `conversations_count_delete`;
--> statement-breakpoint
CREATE TRIGGER `conversations_count_delete` AFTER DELETE ON `conversations`
BEGIN
	UPDATE `partitions` SET `conversations` = `conversations` - 1, `messages` = `messages` - OLD.`message_count` WHERE `no` = OLD.`partition_no`;
END;
--> statement-breakpoint
CREATE TRIGGER `conversations_count_messages` AFTER UPDATE OF `message_count` ON `conversations`
WHEN NEW.`message_count` <> OLD.`message_count` AND NEW.`partition_no` = OLD.`partition_no`
BEGIN
	UPDATE `partitions` SET `messages` = `messages` + NEW.`message_count` - OLD.`message_count` WHERE `no` = NEW.`partition_no`;
END;
