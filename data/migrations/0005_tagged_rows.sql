-- A page by tag is read from one index, rows and all, as a page of the whole list is.
DROP INDEX `conversation_tags_updated`;--> statement-breakpoint
DROP INDEX `conversation_tags_created`;--> statement-breakpoint
DROP INDEX `conversation_tags_title`;--> statement-breakpoint
ALTER TABLE `conversation_tags` ADD `list_row` text DEFAULT '' NOT NULL;--> statement-breakpoint
UPDATE `conversation_tags` SET `list_row` = (SELECT `row` FROM `list_rows` WHERE `list_rows`.`conversation_pk` = `conversation_tags`.`conversation_pk`);
--> statement-breakpoint
CREATE INDEX `conversation_tags_updated` ON `conversation_tags` (`partition_no`,`tag`,`is_archived`,`updated_at`,`conversation_pk`,`list_row`);--> statement-breakpoint
CREATE INDEX `conversation_tags_created` ON `conversation_tags` (`partition_no`,`tag`,`is_archived`,`created_at`,`conversation_pk`,`list_row`);--> statement-breakpoint
CREATE INDEX `conversation_tags_title` ON `conversation_tags` (`partition_no`,`tag`,`is_archived`,`title_key`,`conversation_pk`,`list_row`);--> statement-breakpoint
DROP TRIGGER `conversation_tags_on_insert`;
--> statement-breakpoint
CREATE TRIGGER `conversation_tags_on_insert` AFTER INSERT ON `conversations`
WHEN NEW.`tags` <> '[]'
BEGIN
	INSERT INTO `conversation_tags` (`conversation_pk`, `tag`, `partition_no`, `is_archived`, `updated_at`, `created_at`, `title_key`, `list_row`)
	SELECT NEW.`pk`, `value`, NEW.`partition_no`, NEW.`is_archived`, NEW.`updated_at`, NEW.`created_at`, NEW.`title_key`, NEW.`list_row`
	FROM json_each(NEW.`tags`);
END;
--> statement-breakpoint
DROP TRIGGER `conversation_tags_on_update`;
--> statement-breakpoint
CREATE TRIGGER `conversation_tags_on_update`
AFTER UPDATE OF `partition_no`, `title_key`, `conversation_id`, `title`, `endpoint`, `endpoint_type`, `model`, `agent_id`, `assistant_id`,
	`spec`, `icon_url`, `tags`, `is_archived`, `pinned`, `created_at`, `updated_at` ON `conversations`
WHEN OLD.`tags` <> '[]' OR NEW.`tags` <> '[]'
BEGIN
	DELETE FROM `conversation_tags` WHERE `conversation_pk` = OLD.`pk`;
	INSERT INTO `conversation_tags` (`conversation_pk`, `tag`, `partition_no`, `is_archived`, `updated_at`, `created_at`, `title_key`, `list_row`)
	SELECT NEW.`pk`, `value`, NEW.`partition_no`, NEW.`is_archived`, NEW.`updated_at`, NEW.`created_at`, NEW.`title_key`, NEW.`list_row`
	FROM json_each(NEW.`tags`);
END;
