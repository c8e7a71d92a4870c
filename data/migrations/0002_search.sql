CREATE TABLE `search_progress` (
	`pk` integer PRIMARY KEY NOT NULL,
	`rules` text NOT NULL,
	`indexed_to` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `messages_time` ON `messages` ((pk >> 43),`created_at`);--> statement-breakpoint
CREATE INDEX `messages_created` ON `messages` (`pk`,`created_at`);