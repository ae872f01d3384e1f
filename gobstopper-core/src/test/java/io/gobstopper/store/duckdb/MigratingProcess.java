package io.gobstopper.store.duckdb;

import java.nio.file.Path;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * A process that brings one old file after another up to date, until it is killed.
 */
public final class MigratingProcess {

	static final int TASKS = 2000;

	private static final String FILL = """
			insert into %s select range + %d, uuid(), 'email', 'default', 2, '%s', '[]', '{}', now()::timestamp,
				now()::timestamp, null, null, 0, null, null, null, 0, 0, 0, 0, 0, '', null, null, null, null, false
			from range(%d)
			""";

	private MigratingProcess() {
	}

	public static void main(String[] args) {
		for (int number = 0;; number++) {
			Path file = Path.of(args[0], "old-%d.duckdb".formatted(number));
			createOldFile(file);
			print("begin " + file);
			try (DuckDbTaskStore store = new DuckDbTaskStore(DuckDbDatabaseTests.database(file))) {
				store.open();
				print("end " + file);
			}
		}
	}

	private static void createOldFile(Path file) {
		try (DuckDbDatabase database = DuckDbDatabaseTests.database(file)) {
			JdbcTemplate jdbcTemplate = new JdbcTemplate(database.readers());
			jdbcTemplate.execute(DuckDbSchema.CREATE_VERSION_TABLE);
			jdbcTemplate.execute(DuckDbSchema.VERSION_1);
			jdbcTemplate.update(DuckDbSchema.ADD_VERSION, 1);
			jdbcTemplate.execute(FILL.formatted("gobstopper_task", 0, "pending", TASKS));
			jdbcTemplate.execute(FILL.formatted("gobstopper_task_history", TASKS, "success", TASKS));
		}
	}

	private static void print(String line) {
		System.out.println(line);
		System.out.flush();
	}

}
