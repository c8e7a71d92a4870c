PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_import_origins` (
	`conversation_pk` integer PRIMARY KEY NOT NULL,
	`user_no` integer NOT NULL,
	`source` text NOT NULL,
	`source_id` text NOT NULL,
	`fingerprint` text NOT NULL,
	FOREIGN KEY (`user_no`) REFERENCES `users`(`no`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
INSERT OR IGNORE INTO `__new_import_origins`("conversation_pk", "user_no", "source", "source_id", "fingerprint") SELECT "conversation_pk", "user_no", "source", "source_id", "fingerprint" FROM `import_origins`;--> statement-breakpoint
DROP TABLE `import_origins`;--> statement-breakpoint
ALTER TABLE `__new_import_origins` RENAME TO `import_origins`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE INDEX `import_origins_source` ON `import_origins` (`user_no`,`source`,`source_id`);