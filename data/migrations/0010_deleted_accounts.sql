DROP INDEX `users_id_unique`;--> statement-breakpoint
ALTER TABLE `users` ADD `deleted_at` integer;--> statement-breakpoint
CREATE UNIQUE INDEX `users_id` ON `users` (`id`) WHERE deleted_at IS NULL;--> statement-breakpoint
CREATE INDEX `users_deleted` ON `users` (`no`) WHERE deleted_at IS NOT NULL;