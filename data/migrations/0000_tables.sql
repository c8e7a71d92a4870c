CREATE TABLE `conversation_tags` (
	`conversation_pk` integer NOT NULL,
	`tag` text NOT NULL,
	`partition_no` integer NOT NULL,
	`is_archived` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	`title_key` text NOT NULL,
	FOREIGN KEY (`conversation_pk`) REFERENCES `conversations`(`pk`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `conversation_tags_conversation` ON `conversation_tags` (`conversation_pk`,`tag`);--> statement-breakpoint
CREATE INDEX `conversation_tags_updated` ON `conversation_tags` (`partition_no`,`tag`,`is_archived`,`updated_at`,`conversation_pk`);--> statement-breakpoint
CREATE INDEX `conversation_tags_created` ON `conversation_tags` (`partition_no`,`tag`,`is_archived`,`created_at`,`conversation_pk`);--> statement-breakpoint
CREATE INDEX `conversation_tags_title` ON `conversation_tags` (`partition_no`,`tag`,`is_archived`,`title_key`,`conversation_pk`);--> statement-breakpoint
CREATE TABLE `conversations` (
	`pk` integer PRIMARY KEY NOT NULL,
	`partition_no` integer NOT NULL,
	`conversation_id` text NOT NULL,
	`title` text NOT NULL,
	`title_key` text NOT NULL,
	`endpoint` text,
	`endpoint_type` text,
	`model` text,
	`agent_id` text,
	`assistant_id` text,
	`spec` text,
	`icon_url` text,
	`tags` text DEFAULT '[]' NOT NULL,
	`is_archived` integer DEFAULT 0 NOT NULL,
	`pinned` integer DEFAULT 0 NOT NULL,
	`settings` text DEFAULT '{}' NOT NULL,
	`forked_from_conversation` text,
	`forked_from_message` text,
	`message_count` integer DEFAULT 0 NOT NULL,
	`next_message` integer DEFAULT 1 NOT NULL,
	`has_orphans` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`list_json` text GENERATED ALWAYS AS (json_patch('{}', json_object(
    'conversationId', conversation_id, 'title', title, 'endpoint', endpoint, 'endpointType', endpoint_type,
    'model', model, 'agent_id', agent_id, 'assistant_id', assistant_id, 'spec', spec, 'iconURL', icon_url,
    'tags', json(tags), 'isArchived', json(iif(is_archived, 'true', 'false')), 'pinned', json(iif(pinned, 'true', 'false')),
    'createdAt', strftime('%Y-%m-%dT%H:%M:%fZ', created_at / 1000.0, 'unixepoch'),
    'updatedAt', strftime('%Y-%m-%dT%H:%M:%fZ', updated_at / 1000.0, 'unixepoch')))) VIRTUAL,
	`tie` integer GENERATED ALWAYS AS (pk) STORED NOT NULL,
	FOREIGN KEY (`partition_no`) REFERENCES `partitions`(`no`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "conversations_flags" CHECK(is_archived in (0, 1) and pinned in (0, 1)),
	CONSTRAINT "conversations_json" CHECK(json_valid(tags) and json_valid(settings))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `conversations_id` ON `conversations` (`conversation_id`,`partition_no`);--> statement-breakpoint
CREATE INDEX `conversations_updated` ON `conversations` (`partition_no`,`is_archived`,`updated_at`,`tie`,`list_json`);--> statement-breakpoint
CREATE INDEX `conversations_pinned_updated` ON `conversations` (`partition_no`,`is_archived`,`updated_at`,`tie`,`list_json`) WHERE pinned = 1;--> statement-breakpoint
CREATE INDEX `conversations_created` ON `conversations` (`partition_no`,`is_archived`,`created_at`,`tie`,`list_json`);--> statement-breakpoint
CREATE INDEX `conversations_pinned_created` ON `conversations` (`partition_no`,`is_archived`,`created_at`,`tie`,`list_json`) WHERE pinned = 1;--> statement-breakpoint
CREATE INDEX `conversations_title` ON `conversations` (`partition_no`,`is_archived`,`title_key`,`tie`,`list_json`);--> statement-breakpoint
CREATE INDEX `conversations_pinned_title` ON `conversations` (`partition_no`,`is_archived`,`title_key`,`tie`,`list_json`) WHERE pinned = 1;--> statement-breakpoint
CREATE TABLE `import_origins` (
	`pk` integer PRIMARY KEY NOT NULL,
	`user_no` integer NOT NULL,
	`source` text NOT NULL,
	`source_id` text NOT NULL,
	`conversation_pk` integer NOT NULL,
	`restored_pk` integer,
	`fingerprint` text NOT NULL,
	FOREIGN KEY (`user_no`) REFERENCES `users`(`no`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `import_origins_source` ON `import_origins` (`user_no`,`source`,`source_id`);--> statement-breakpoint
CREATE INDEX `import_origins_conversation` ON `import_origins` (`conversation_pk`);--> statement-breakpoint
CREATE INDEX `import_origins_restored` ON `import_origins` (`restored_pk`) WHERE restored_pk is not null;--> statement-breakpoint
CREATE TABLE `messages` (
	`pk` integer PRIMARY KEY NOT NULL,
	`message_id` text NOT NULL,
	`parent_message_id` text,
	`source_id` text,
	`body` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `messages_id` ON `messages` (`message_id`);--> statement-breakpoint
CREATE TABLE `partitions` (
	`no` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_no` integer,
	`state` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`user_no`) REFERENCES `users`(`no`) ON UPDATE no action ON DELETE set null
);
--> statement-breakpoint
CREATE INDEX `partitions_user` ON `partitions` (`user_no`,`state`);--> statement-breakpoint
CREATE INDEX `partitions_state` ON `partitions` (`state`);--> statement-breakpoint
CREATE TABLE `refresh_tokens` (
	`hash` text PRIMARY KEY NOT NULL,
	`session_id` text NOT NULL,
	`spent_at` integer,
	FOREIGN KEY (`session_id`) REFERENCES `sessions`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `refresh_tokens_session` ON `refresh_tokens` (`session_id`);--> statement-breakpoint
CREATE TABLE `sessions` (
	`id` text PRIMARY KEY NOT NULL,
	`user_no` integer NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`user_no`) REFERENCES `users`(`no`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `sessions_user` ON `sessions` (`user_no`);--> statement-breakpoint
CREATE INDEX `sessions_expiry` ON `sessions` (`expires_at`);--> statement-breakpoint
CREATE TABLE `staged_growth` (
	`pk` integer PRIMARY KEY NOT NULL,
	`partition_no` integer NOT NULL,
	`conversation_pk` integer NOT NULL,
	`draft` text NOT NULL,
	FOREIGN KEY (`partition_no`) REFERENCES `partitions`(`no`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `staged_growth_partition` ON `staged_growth` (`partition_no`);--> statement-breakpoint
CREATE TABLE `tags` (
	`pk` integer PRIMARY KEY NOT NULL,
	`user_no` integer NOT NULL,
	`tag` text NOT NULL,
	`description` text,
	`position` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`user_no`) REFERENCES `users`(`no`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `tags_tag` ON `tags` (`user_no`,`tag`);--> statement-breakpoint
CREATE TABLE `users` (
	`no` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`email` text,
	`username` text DEFAULT '' NOT NULL,
	`name` text DEFAULT '' NOT NULL,
	`password_hash` text,
	`provider` text DEFAULT 'local' NOT NULL,
	`role` text DEFAULT 'USER' NOT NULL,
	`disabled_at` integer,
	`next_conversation` integer DEFAULT 1 NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `users_id_unique` ON `users` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `users_email_unique` ON `users` (`email`);