-- When a conversation was archived: shown in its row, and an order of the archive. The list row is a generated column, so
-- what is made of it is made again.
DROP TRIGGER `list_rows_on_insert`;
--> statement-breakpoint
DROP TRIGGER `list_rows_on_update`;
--> statement-breakpoint
DROP TRIGGER `conversation_tags_on_insert`;
--> statement-breakpoint
DROP TRIGGER `conversation_tags_on_update`;
--> statement-breakpoint
DROP INDEX `conversations_updated`;--> statement-breakpoint
DROP INDEX `conversations_pinned_updated`;--> statement-breakpoint
DROP INDEX `conversations_created`;--> statement-breakpoint
DROP INDEX `conversations_pinned_created`;--> statement-breakpoint
DROP INDEX `conversations_title`;--> statement-breakpoint
DROP INDEX `conversations_pinned_title`;--> statement-breakpoint
ALTER TABLE `conversations` DROP COLUMN `list_row`;--> statement-breakpoint
ALTER TABLE `conversations` ADD `archived_at` integer;--> statement-breakpoint
-- What was archived before this column came: the time is not known, and was not earlier.
UPDATE `conversations` SET `archived_at` = `updated_at` WHERE `is_archived` = 1;--> statement-breakpoint
ALTER TABLE `conversations` ADD `list_row` text GENERATED ALWAYS AS (printf('%016d', pk) || json_insert(json_patch('{}', json_object(
    'conversationId', conversation_id, 'title', title, 'endpoint', endpoint, 'endpointType', endpoint_type,
    'model', model, 'agent_id', agent_id, 'assistant_id', assistant_id, 'spec', spec, 'iconURL', icon_url,
    'tags', json(tags), 'isArchived', json(iif(is_archived, 'true', 'false')), 'pinned', json(iif(pinned, 'true', 'false')),
    'createdAt', strftime('%Y-%m-%dT%H:%M:%fZ', created_at / 1000.0, 'unixepoch'),
    'updatedAt', strftime('%Y-%m-%dT%H:%M:%fZ', updated_at / 1000.0, 'unixepoch'))),
    '$.archivedAt', strftime('%Y-%m-%dT%H:%M:%fZ', archived_at / 1000.0, 'unixepoch'))) VIRTUAL;--> statement-breakpoint
CREATE INDEX `conversations_updated` ON `conversations` (`partition_no`,`is_archived`,`updated_at`,`tie`,`list_row`);--> statement-breakpoint
CREATE INDEX `conversations_pinned_updated` ON `conversations` (`partition_no`,`is_archived`,`updated_at`,`tie`,`list_row`) WHERE pinned = 1;--> statement-breakpoint
CREATE INDEX `conversations_created` ON `conversations` (`partition_no`,`is_archived`,`created_at`,`tie`,`list_row`);--> statement-breakpoint
CREATE INDEX `conversations_pinned_created` ON `conversations` (`partition_no`,`is_archived`,`created_at`,`tie`,`list_row`) WHERE pinned = 1;--> statement-breakpoint
CREATE INDEX `conversations_title` ON `conversations` (`partition_no`,`is_archived`,`title_key`,`tie`,`list_row`);--> statement-breakpoint
CREATE INDEX `conversations_pinned_title` ON `conversations` (`partition_no`,`is_archived`,`title_key`,`tie`,`list_row`) WHERE pinned = 1;--> statement-breakpoint
CREATE INDEX `conversations_archived` ON `conversations` (`partition_no`,`archived_at`,`tie`,`list_row`) WHERE is_archived = 1;--> statement-breakpoint
CREATE INDEX `conversations_pinned_archived` ON `conversations` (`partition_no`,`archived_at`,`tie`,`list_row`) WHERE is_archived = 1 AND pinned = 1;--> statement-breakpoint
UPDATE `list_rows` SET `row` = (SELECT `list_row` FROM `conversations` WHERE `pk` = `conversation_pk`);--> statement-breakpoint
DROP INDEX `conversation_tags_updated`;--> statement-breakpoint
DROP INDEX `conversation_tags_created`;--> statement-breakpoint
DROP INDEX `conversation_tags_title`;--> statement-breakpoint
ALTER TABLE `conversation_tags` ADD `archived_at` integer;--> statement-breakpoint
UPDATE `conversation_tags` SET (`archived_at`, `list_row`) =
	(SELECT c.`archived_at`, c.`list_row` FROM `conversations` c WHERE c.`pk` = `conversation_tags`.`conversation_pk`);
--> statement-breakpoint
CREATE INDEX `conversation_tags_updated` ON `conversation_tags` (`partition_no`,`tag`,`is_archived`,`updated_at`,`conversation_pk`,`list_row`);--> statement-breakpoint
CREATE INDEX `conversation_tags_created` ON `conversation_tags` (`partition_no`,`tag`,`is_archived`,`created_at`,`conversation_pk`,`list_row`);--> statement-breakpoint
CREATE INDEX `conversation_tags_title` ON `conversation_tags` (`partition_no`,`tag`,`is_archived`,`title_key`,`conversation_pk`,`list_row`);--> statement-breakpoint
CREATE INDEX `conversation_tags_archived` ON `conversation_tags` (`partition_no`,`tag`,`archived_at`,`conversation_pk`,`list_row`) WHERE is_archived = 1;--> statement-breakpoint
CREATE TRIGGER `list_rows_on_insert` AFTER INSERT ON `conversations`
BEGIN
	INSERT INTO `list_rows` (`conversation_pk`, `row`) VALUES (NEW.`pk`, NEW.`list_row`);
END;
--> statement-breakpoint
CREATE TRIGGER `list_rows_on_update`
AFTER UPDATE OF `conversation_id`, `title`, `endpoint`, `endpoint_type`, `model`, `agent_id`, `assistant_id`, `spec`, `icon_url`, `tags`,
	`is_archived`, `archived_at`, `pinned`, `created_at`, `updated_at` ON `conversations`
BEGIN
	UPDATE `list_rows` SET `row` = NEW.`list_row` WHERE `conversation_pk` = NEW.`pk`;
END;
--> statement-breakpoint
CREATE TRIGGER `conversation_tags_on_insert` AFTER INSERT ON `conversations`
WHEN NEW.`tags` <> '[]'
BEGIN
	INSERT INTO `conversation_tags` (`conversation_pk`, `tag`, `partition_no`, `is_archived`, `updated_at`, `created_at`, `title_key`, `archived_at`, `list_row`)
	SELECT NEW.`pk`, `value`, NEW.`partition_no`, NEW.`is_archived`, NEW.`updated_at`, NEW.`created_at`, NEW.`title_key`, NEW.`archived_at`, NEW.`list_row`
	FROM json_each(NEW.`tags`);
END;
--> statement-breakpoint
CREATE TRIGGER `conversation_tags_on_update`
AFTER UPDATE OF `partition_no`, `title_key`, `conversation_id`, `title`, `endpoint`, `endpoint_type`, `model`, `agent_id`, `assistant_id`,
	`spec`, `icon_url`, `tags`, `is_archived`, `archived_at`, `pinned`, `created_at`, `updated_at` ON `conversations`
WHEN OLD.`tags` <> '[]' OR NEW.`tags` <> '[]'
BEGIN
	DELETE FROM `conversation_tags` WHERE `conversation_pk` = OLD.`pk`;
	INSERT INTO `conversation_tags` (`conversation_pk`, `tag`, `partition_no`, `is_archived`, `updated_at`, `created_at`, `title_key`, `archived_at`, `list_row`)
	SELECT NEW.`pk`, `value`, NEW.`partition_no`, NEW.`is_archived`, NEW.`updated_at`, NEW.`created_at`, NEW.`title_key`, NEW.`archived_at`, NEW.`list_row`
	FROM json_each(NEW.`tags`);
END;
