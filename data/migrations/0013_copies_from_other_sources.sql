ALTER TABLE `import_origins` ADD `content_hash` text;--> statement-breakpoint
CREATE INDEX `import_origins_content` ON `import_origins` (`user_no`,`content_hash`);--> statement-breakpoint
ALTER TABLE `staged_updates` ADD `content_hash` text;