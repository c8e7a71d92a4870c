-- A row of the list begins with its key, so that where a page ends is read from its last row itself; and each is kept by
-- its key alone, too (src/db/schema.ts).
CREATE TABLE `list_rows` (
	`conversation_pk` integer PRIMARY KEY NOT NULL,
	`row` text NOT NULL,
	FOREIGN KEY (`conversation_pk`) REFERENCES `conversations`(`pk`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
DROP INDEX `conversations_updated`;--> statement-breakpoint
DROP INDEX `conversations_pinned_updated`;--> statement-breakpoint
DROP INDEX `conversations_created`;--> statement-breakpoint
DROP INDEX `conversations_pinned_created`;--> statement-breakpoint
DROP INDEX `conversations_title`;--> statement-breakpoint
DROP INDEX `conversations_pinned_title`;--> statement-breakpoint
ALTER TABLE `conversations` ADD `list_row` text GENERATED ALWAYS AS (printf('%016d', pk) || json_patch('{}', json_object(
    'conversationId', conversation_id, 'title', title, 'endpoint', endpoint, 'endpointType', endpoint_type,
    'model', model, 'agent_id', agent_id, 'assistant_id', assistant_id, 'spec', spec, 'iconURL', icon_url,
    'tags', json(tags), 'isArchived', json(iif(is_archived, 'true', 'false')), 'pinned', json(iif(pinned, 'true', 'false')),
    'createdAt', strftime('%Y-%m-%dT%H:%M:%fZ', created_at / 1000.0, 'unixepoch'),
    'updatedAt', strftime('%Y-%m-%dT%H:%M:%fZ', updated_at / 1000.0, 'unixepoch')))) VIRTUAL;--> statement-breakpoint
CREATE INDEX `conversations_updated` ON `conversations` (`partition_no`,`is_archived`,`updated_at`,`tie`,`list_row`);--> statement-breakpoint
CREATE INDEX `conversations_pinned_updated` ON `conversations` (`partition_no`,`is_archived`,`updated_at`,`tie`,`list_row`) WHERE pinned = 1;--> statement-breakpoint
CREATE INDEX `conversations_created` ON `conversations` (`partition_no`,`is_archived`,`created_at`,`tie`,`list_row`);--> statement-breakpoint
CREATE INDEX `conversations_pinned_created` ON `conversations` (`partition_no`,`is_archived`,`created_at`,`tie`,`list_row`) WHERE pinned = 1;--> statement-breakpoint
CREATE INDEX `conversations_title` ON `conversations` (`partition_no`,`is_archived`,`title_key`,`tie`,`list_row`);--> statement-breakpoint
CREATE INDEX `conversations_pinned_title` ON `conversations` (`partition_no`,`is_archived`,`title_key`,`tie`,`list_row`) WHERE pinned = 1;--> statement-breakpoint
ALTER TABLE `conversations` DROP COLUMN `list_json`;--> statement-breakpoint
INSERT INTO `list_rows` (`conversation_pk`, `row`) SELECT `pk`, `list_row` FROM `conversations` ORDER BY `pk`;
--> statement-breakpoint
CREATE TRIGGER `list_rows_on_insert` AFTER INSERT ON `conversations`
BEGIN
	INSERT INTO `list_rows` (`conversation_pk`, `row`) VALUES (NEW.`pk`, NEW.`list_row`);
END;
--> statement-breakpoint
CREATE TRIGGER `list_rows_on_update`
AFTER UPDATE OF `conversation_id`, `title`, `endpoint`, `endpoint_type`, `model`, `agent_id`, `assistant_id`, `spec`, `icon_url`, `tags`,
	`is_archived`, `pinned`, `created_at`, `updated_at` ON `conversations`
BEGIN
	UPDATE `list_rows` SET `row` = NEW.`list_row` WHERE `conversation_pk` = NEW.`pk`;
END;
