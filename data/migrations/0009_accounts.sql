CREATE TABLE `api_keys` (
	`id` text PRIMARY KEY NOT NULL,
	`user_no` integer NOT NULL,
	`name` text NOT NULL,
	`hash` text NOT NULL,
	`last_four` text NOT NULL,
	`scopes` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer,
	`last_used_at` integer,
	FOREIGN KEY (`user_no`) REFERENCES `users`(`no`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `api_keys_hash_unique` ON `api_keys` (`hash`);--> statement-breakpoint
CREATE INDEX `api_keys_user` ON `api_keys` (`user_no`);--> statement-breakpoint
CREATE TABLE `password_links` (
	`user_no` integer PRIMARY KEY NOT NULL,
	`hash` text NOT NULL,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`user_no`) REFERENCES `users`(`no`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `password_links_hash_unique` ON `password_links` (`hash`);--> statement-breakpoint
CREATE TABLE `server_settings` (
	`name` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
);
--> statement-breakpoint
ALTER TABLE `partitions` ADD `conversations` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `sessions` ADD `user_agent` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `sessions` ADD `last_used_at` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `users` ADD `stored_bytes` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
UPDATE `sessions` SET `last_used_at` = `created_at`;
--> statement-breakpoint
UPDATE `partitions` SET `conversations` = (SELECT count(*) FROM `conversations` WHERE `partition_no` = `no`);
--> statement-breakpoint
-- A user's messages are one range of keys (src/db/keys.ts).
UPDATE `users` SET `stored_bytes` = (
	SELECT coalesce(sum(octet_length(`body`)), 0) FROM `messages` WHERE `pk` BETWEEN `no` << 43 AND (`no` << 43) | 8796093022207);
--> statement-breakpoint
CREATE TRIGGER `conversations_count_insert` AFTER INSERT ON `conversations`
BEGIN
	UPDATE `partitions` SET `conversations` = `conversations` + 1 WHERE `no` = NEW.`partition_no`;
END;
--> statement-breakpoint
CREATE TRIGGER `conversations_count_move` AFTER UPDATE OF `partition_no` ON `conversations`
BEGIN
	UPDATE `partitions` SET `conversations` = `conversations` - 1 WHERE `no` = OLD.`partition_no`;
	UPDATE `partitions` SET `conversations` = `conversations` + 1 WHERE `no` = NEW.`partition_no`;
END;
--> statement-breakpoint
CREATE TRIGGER `conversations_count_delete` AFTER DELETE ON `conversations`
BEGIN
	UPDATE `partitions` SET `conversations` = `conversations` - 1 WHERE `no` = OLD.`partition_no`;
END;
--> statement-breakpoint
CREATE TRIGGER `messages_bytes_insert` AFTER INSERT ON `messages`
BEGIN
	UPDATE `users` SET `stored_bytes` = `stored_bytes` + octet_length(NEW.`body`) WHERE `no` = NEW.`pk` >> 43;
END;
--> statement-breakpoint
CREATE TRIGGER `messages_bytes_update` AFTER UPDATE OF `body` ON `messages`
BEGIN
	UPDATE `users` SET `stored_bytes` = `stored_bytes` + octet_length(NEW.`body`) - octet_length(OLD.`body`) WHERE `no` = NEW.`pk` >> 43;
END;
--> statement-breakpoint
CREATE TRIGGER `messages_bytes_delete` AFTER DELETE ON `messages`
BEGIN
	UPDATE `users` SET `stored_bytes` = `stored_bytes` - octet_length(OLD.`body`) WHERE `no` = OLD.`pk` >> 43;
END;
