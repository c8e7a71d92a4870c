CREATE TABLE `deleted_messages` (
	`conversation_pk` integer NOT NULL,
	`message_id` text NOT NULL,
	`source_id` text,
	`parent_message_id` text,
	PRIMARY KEY(`conversation_pk`, `message_id`),
	FOREIGN KEY (`conversation_pk`) REFERENCES `conversations`(`pk`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `staged_messages` (
	`pk` integer PRIMARY KEY NOT NULL,
	`partition_no` integer NOT NULL,
	`conversation_pk` integer NOT NULL,
	`source_id` text NOT NULL,
	`parent_source_id` text,
	`message_id` text NOT NULL,
	`body` text NOT NULL,
	`words` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`partition_no`) REFERENCES `partitions`(`no`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `staged_messages_source` ON `staged_messages` (`partition_no`,`conversation_pk`,`source_id`);--> statement-breakpoint
CREATE INDEX `staged_messages_conversation` ON `staged_messages` (`partition_no`,`conversation_pk`);--> statement-breakpoint
CREATE TABLE `staged_updates` (
	`partition_no` integer NOT NULL,
	`conversation_pk` integer NOT NULL,
	`fingerprint` text,
	`title` text NOT NULL,
	`version_at` integer,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`partition_no`, `conversation_pk`),
	FOREIGN KEY (`partition_no`) REFERENCES `partitions`(`no`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
DROP TABLE `staged_growth`;--> statement-breakpoint
ALTER TABLE `import_origins` ADD `title` text;--> statement-breakpoint
ALTER TABLE `import_origins` ADD `version_at` integer;--> statement-breakpoint
ALTER TABLE `messages` ADD `edited_here` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
-- What was edited before this column came. The id of an imported message begins with the time of its import, in
-- milliseconds (UUID version 7), and what its source changed was changed before that.
UPDATE `messages` SET `edited_here` = 1
WHERE `source_id` IS NOT NULL AND printf('%012x', `updated_at`) > substr(`message_id`, 1, 8) || substr(`message_id`, 10, 4);
