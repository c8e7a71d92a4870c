CREATE TABLE `tag_renames` (
	`pk` integer PRIMARY KEY NOT NULL,
	`user_no` integer NOT NULL,
	`from_tag` text NOT NULL,
	`to_tag` text,
	FOREIGN KEY (`user_no`) REFERENCES `users`(`no`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `tag_renames_user` ON `tag_renames` (`user_no`);