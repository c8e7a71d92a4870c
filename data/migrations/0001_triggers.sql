-- What a foreign key would do, over the conversation that a message's key carries (src/db/keys.ts).
CREATE TRIGGER `conversations_keep_messages` BEFORE DELETE ON `conversations`
WHEN EXISTS (SELECT 1 FROM `messages` WHERE `pk` BETWEEN OLD.`pk` << 18 AND (OLD.`pk` << 18) + 262143)
BEGIN
	SELECT RAISE(ABORT, 'a conversation goes after its messages');
END;
--> statement-breakpoint
-- conversation_tags repeats the tags of each conversation with the keys a list sorts by; nothing else writes it.
CREATE TRIGGER `conversation_tags_on_insert` AFTER INSERT ON `conversations`
WHEN NEW.`tags` <> '[]'
BEGIN
	INSERT INTO `conversation_tags` (`conversation_pk`, `tag`, `partition_no`, `is_archived`, `updated_at`, `created_at`, `title_key`)
	SELECT NEW.`pk`, `value`, NEW.`partition_no`, NEW.`is_archived`, NEW.`updated_at`, NEW.`created_at`, NEW.`title_key`
	FROM json_each(NEW.`tags`);
END;
--> statement-breakpoint
CREATE TRIGGER `conversation_tags_on_update`
AFTER UPDATE OF `tags`, `partition_no`, `is_archived`, `updated_at`, `created_at`, `title_key` ON `conversations`
WHEN OLD.`tags` <> '[]' OR NEW.`tags` <> '[]'
BEGIN
	DELETE FROM `conversation_tags` WHERE `conversation_pk` = OLD.`pk`;
	INSERT INTO `conversation_tags` (`conversation_pk`, `tag`, `partition_no`, `is_archived`, `updated_at`, `created_at`, `title_key`)
	SELECT NEW.`pk`, `value`, NEW.`partition_no`, NEW.`is_archived`, NEW.`updated_at`, NEW.`created_at`, NEW.`title_key`
	FROM json_each(NEW.`tags`);
END;
