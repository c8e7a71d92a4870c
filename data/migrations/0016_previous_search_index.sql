CREATE TABLE `search_changed` (
	`pk` integer PRIMARY KEY NOT NULL,
	`is_indexed` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `search_remains` (
	`id` integer PRIMARY KEY NOT NULL,
	`block` blob
);
--> statement-breakpoint
ALTER TABLE `search_progress` ADD `previous_rules` text DEFAULT '' NOT NULL;--> statement-breakpoint
-- The two indexes exchange their names, so both are created alike (0003_search_index.sql).
CREATE VIRTUAL TABLE `search_previous` USING fts5(`words`, content='', columnsize=0, tokenize="ascii tokenchars '+#%&@'");
--> statement-breakpoint
INSERT INTO `search_previous` (`search_previous`, `rank`) VALUES ('secure-delete', 1);
--> statement-breakpoint
INSERT INTO `search_previous` (`search_previous`, `rank`) VALUES ('automerge', 0);
--> statement-breakpoint
INSERT INTO `search_previous` (`search_previous`, `rank`) VALUES ('crisismerge', 512);
--> statement-breakpoint
INSERT INTO `search_previous` (`search_previous`, `rank`) VALUES ('hashsize', 33554432);
--> statement-breakpoint
CREATE VIRTUAL TABLE `search_previous_terms` USING fts5vocab(`search_previous`, instance);
