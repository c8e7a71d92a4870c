-- The search index (src/search/). It keeps no text and gets words that are cut already (src/search/cut.ts), so the
-- tokenizer only has to part them at the spaces.
CREATE VIRTUAL TABLE `search` USING fts5(`words`, content='', columnsize=0, tokenize="ascii tokenchars '+#%&@'");
--> statement-breakpoint
-- Removed words leave the file with their entry, not with some later merge.
INSERT INTO `search` (`search`, `rank`) VALUES ('secure-delete', 1);
--> statement-breakpoint
-- Housekeeping merges in small steps; a merge inside a write could hold it up for a second.
INSERT INTO `search` (`search`, `rank`) VALUES ('automerge', 0);
--> statement-breakpoint
INSERT INTO `search` (`search`, `rank`) VALUES ('crisismerge', 512);
--> statement-breakpoint
-- Bytes collected before they are written; one transaction of an import stays below.
INSERT INTO `search` (`search`, `rank`) VALUES ('hashsize', 33554432);
--> statement-breakpoint
-- What stands where in the index, for the check that compares it with the stored texts.
CREATE VIRTUAL TABLE `search_terms` USING fts5vocab(`search`, instance);
--> statement-breakpoint
-- What is here already is indexed by the next start.
INSERT INTO `search_progress` (`pk`, `rules`, `indexed_to`)
VALUES (1, '', iif(EXISTS (SELECT 1 FROM `conversations`), 0, 9223372036854775807));
