-- Titles that were replaced or deleted here must not stay in the origins of imports.
UPDATE `import_origins` SET `title` = NULL
WHERE `title` IS NOT NULL AND `title` IS NOT (SELECT `title` FROM `conversations` WHERE `pk` = `conversation_pk`);
