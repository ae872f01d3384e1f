package io.gobstopper.store.duckdb;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

import javax.sql.DataSource;

import com.github.f4b6a3.uuid.UuidCreator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.util.unit.DataSize;

import io.gobstopper.TaskPriority;
import io.gobstopper.TaskStatus;
import io.gobstopper.error.TaskStoreException;
import io.gobstopper.error.TaskStoreLockedException;
import io.gobstopper.error.TaskStoreVersionException;
import io.gobstopper.store.ClaimRequest;
import io.gobstopper.store.duckdb.file.FileHolder;
import io.gobstopper.store.task.Lease;
import io.gobstopper.store.task.Settlement;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.TaskDetails;
import io.gobstopper.store.task.TaskError;
import io.gobstopper.store.task.TaskState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * {@link DuckDbDatabase} and {@link DuckDbSchema} on files.
 */
public class DuckDbDatabaseTests {

	private static final Instant DUE = Instant.parse("2026-05-01T12:00:00Z");

	@TempDir
	private Path folder;

	@Test
	void joinsDoNotFilterScans(@TempDir Path folder) {
		try (DuckDbDatabase database = database(folder.resolve("tasks.duckdb"))) {
			database.open();
			for (DataSource dataSource : List.of(database.writer(), database.readers())) {
				assertThat(new JdbcTemplate(dataSource).queryForObject("select current_setting('disabled_optimizers')",
						String.class))
					.isEqualTo("join_filter_pushdown");
			}
		}
	}

	@Test
	void nothingIsOpenedBeforeTheFirstUse() {
		Path file = this.folder.resolve("tasks.duckdb");
		try (DuckDbDatabase database = database(file)) {
			assertThat(database.readers()).isNotNull();
			assertThat(file).doesNotExist();
		}
	}

	@Test
	void missingFoldersAreCreatedAndTasksSurvive() {
		Path file = this.folder.resolve("a/b/tasks.duckdb");
		StoredTask task = task();
		try (DuckDbTaskStore store = new DuckDbTaskStore(database(file))) {
			store.open();
			store.writes().insert(List.of(task));
		}
		try (DuckDbTaskStore store = new DuckDbTaskStore(database(file))) {
			store.open();
			StoredTask found = store.reads().find(task.id()).orElseThrow();
			assertThat(found.details()).isEqualTo(task.details());
			StoredTask next = Objects.requireNonNull(store.writes().insert(List.of(task)).get(0).task());
			assertThat(next.seq()).isEqualTo(found.seq() + 1);
		}
	}

	@Test
	void settingsReachDuckDbAndNothingElseCanBeReached() {
		try (DuckDbTaskStore store = new DuckDbTaskStore(database(this.folder.resolve("tasks.duckdb")))) {
			store.open();
		}
		try (DuckDbDatabase database = database(this.folder.resolve("tasks.duckdb"))) {
			database.open();
			JdbcTemplate jdbcTemplate = new JdbcTemplate(database.readers());
			assertThat(setting(jdbcTemplate, "memory_limit")).isEqualTo("64.0 MiB");
			assertThat(setting(jdbcTemplate, "threads")).isEqualTo("1");
			assertThat(setting(jdbcTemplate, "enable_external_access")).isEqualTo("false");
			assertThat(setting(jdbcTemplate, "autoinstall_known_extensions")).isEqualTo("false");
		}
	}

	@Test
	void fileThatIsNoDatabaseIsExplained() throws IOException {
		Path file = Files.writeString(this.folder.resolve("notes.txt"), "these are notes, not a database".repeat(500));
		assertThatExceptionOfType(TaskStoreException.class).isThrownBy(() -> open(file))
			.withMessageStartingWith("The task database '%s' cannot be opened: ".formatted(file))
			.withMessageContaining("not a valid DuckDB database file");
		assertThat(file).hasSize(500L * 31);
	}

	@Test
	void folderThatCannotBeCreatedIsExplained() throws IOException {
		Path file = Files.writeString(this.folder.resolve("file"), "").resolve("tasks.duckdb");
		assertThatExceptionOfType(TaskStoreException.class).isThrownBy(() -> open(file))
			.withMessageStartingWith("The task database '%s' cannot be opened: ".formatted(file));
	}

	@Test
	void fileOfANewerSchemaIsLeftAlone() {
		Path file = this.folder.resolve("tasks.duckdb");
		open(file);
		try (DuckDbDatabase database = database(file)) {
			new JdbcTemplate(database.readers())
				.update("insert into gobstopper_schema_version values (99, timestamp '2030-01-01')");
		}
		assertThatExceptionOfType(TaskStoreVersionException.class).isThrownBy(() -> open(file))
			.withMessage(
					"The task database has schema version 99, but this version of Gobstopper knows versions up to 7");
	}

	@Test
	void fileOfTheFirstSchemaIsBroughtUpToDateWithItsTasks() {
		Path file = this.folder.resolve("tasks.duckdb");
		UUID waiting = UUID.randomUUID();
		UUID failed = UUID.randomUUID();
		try (DuckDbDatabase database = database(file)) {
			JdbcTemplate jdbcTemplate = createFirstSchema(database);
			insertOfFirstSchema(jdbcTemplate, "gobstopper_task", 1, waiting, "pending");
			insertOfFirstSchema(jdbcTemplate, "gobstopper_task_history", 2, failed, "failed");
		}
		try (DuckDbTaskStore store = new DuckDbTaskStore(database(file))) {
			store.open();
			assertThat(store.reads().find(waiting).orElseThrow().status()).isEqualTo(TaskStatus.PENDING);
			assertThat(store.reads().find(failed).orElseThrow().state().outcome().error())
				.isEqualTo(new TaskError(null, "no", "trace"));
			assertThat(store.writes().requeue(List.of(failed), Instant.EPOCH)).hasSize(1);
		}
	}

	@Test
	void whatHappenedSinceAnOldFileWasBroughtUpToDateIsReadFromTheLog() throws IOException {
		Path file = this.folder.resolve("tasks.duckdb");
		Path copy = this.folder.resolve("copy.duckdb");
		UUID running = UUID.randomUUID();
		try (DuckDbDatabase database = database(file)) {
			JdbcTemplate jdbcTemplate = createFirstSchema(database);
			insertOfFirstSchema(jdbcTemplate, "gobstopper_task", 1, running, "started");
			jdbcTemplate.update("update gobstopper_task set lease_owner = 'worker#0', lease_until = created_at");
		}
		StoredTask waiting = task();
		StoredTask ended = task();
		try (DuckDbTaskStore store = new DuckDbTaskStore(database(file), 100, 1)) {
			store.open();
			store.writes().insert(List.of(ended, waiting));
			StoredTask claimed = store.writes().claim(claim("worker#1")).get(0);
			store.writes().settle(List.of(Settlement.of(claimed, claimed.succeeded(DUE, null), DUE)));
			store.writes().claim(claim("worker#2"));
			Files.copy(file, copy);
			Files.copy(Path.of(file + ".wal"), Path.of(copy + ".wal"));
		}
		try (DuckDbTaskStore store = new DuckDbTaskStore(database(copy))) {
			store.open();
			assertThat(store.reads().find(ended.id()).orElseThrow().status()).isEqualTo(TaskStatus.SUCCESS);
			assertThat(store.writes().reclaimExpired(DUE, 9)).extracting(StoredTask::id)
				.containsExactlyInAnyOrder(running, waiting.id());
			assertThat(store.reads().findDamage(true)).isEmpty();
		}
	}

	private static JdbcTemplate createFirstSchema(DuckDbDatabase database) {
		JdbcTemplate jdbcTemplate = new JdbcTemplate(database.readers());
		jdbcTemplate.execute(DuckDbSchema.CREATE_VERSION_TABLE);
		jdbcTemplate.execute(DuckDbSchema.VERSION_1);
		jdbcTemplate.update(DuckDbSchema.ADD_VERSION, 1);
		return jdbcTemplate;
	}

	private static ClaimRequest claim(String owner) {
		return new ClaimRequest("default", List.of("email"), 1, 1, 0, new Lease(owner, DUE.plusSeconds(30), DUE));
	}

	private static StoredTask task() {
		return new StoredTask(0, new TaskDetails(UuidCreator.getPrefixComb(), "email", "default", TaskPriority.NORMAL,
				"[]", "{}", DUE, 0, null, null), TaskState.pending(DUE));
	}

	private static void insertOfFirstSchema(JdbcTemplate jdbcTemplate, String table, int seq, UUID id, String status) {
		jdbcTemplate.update("""
				insert into %s values (?, ?, 'email', 'default', 2, ?, '[]', '{}', timestamp '2026-01-01',
					timestamp '2026-01-01', timestamp '2026-01-01', timestamp '2026-01-02', 1.5, null, 'no', 'trace',
					0, 0, 1, 0, 0, '', null, null, null, null, false)
				""".formatted(table), seq, id, status);
	}

	@Test
	void fileThatIsTakenAwayIsNoticedAndMayComeBack() throws IOException {
		Path file = this.folder.resolve("tasks.duckdb");
		Path elsewhere = this.folder.resolve("elsewhere.duckdb");
		try (DuckDbTaskStore store = new DuckDbTaskStore(database(file))) {
			store.open();
			assertThat(store.location()).isEqualTo(file.toString());
			assertThat(store.reads().snapshot(Instant.EPOCH).usage().fileBytes()).isPositive();
			Files.move(file, elsewhere);
			assertThat(store.reads().snapshot(Instant.EPOCH).usage().memoryBytes()).isPositive();
			assertThatExceptionOfType(TaskStoreException.class).isThrownBy(store::check)
				.withMessageContaining("is gone")
				.withMessageContaining("put it back before the application stops");
			Files.writeString(file, "another");
			assertThatExceptionOfType(TaskStoreException.class).isThrownBy(store::check)
				.withMessageContaining("was replaced by another file");
			Files.move(elsewhere, file, StandardCopyOption.REPLACE_EXISTING);
			store.check();
		}
	}

	@Test
	void databaseIsNotOpenedAgainWithoutItsFile() throws IOException {
		Path file = this.folder.resolve("tasks.duckdb");
		Path elsewhere = this.folder.resolve("elsewhere.duckdb");
		try (DuckDbTaskStore store = new DuckDbTaskStore(database(file))) {
			store.open();
			store.writes().setPaused("mails", true);
			Files.move(file, elsewhere);
			assertThatExceptionOfType(TaskStoreException.class).isThrownBy(store::reopen)
				.withMessage("The task database '%s' is gone; put it back".formatted(file));
			assertThat(file).doesNotExist();
			Files.move(elsewhere, file);
			store.reopen();
			assertThat(store.reads().pausedCategories()).containsExactly("mails");
		}
	}

	@Test
	void fileHeldByAnotherProcessNamesIt() throws Exception {
		Path file = this.folder.resolve("tasks.duckdb");
		Process holder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				System.getProperty("java.class.path"), FileHolder.class.getName(), file.toString())
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.start();
		try {
			assertThat(holder.inputReader().readLine()).isEqualTo("held");
			assertThatExceptionOfType(TaskStoreLockedException.class).isThrownBy(() -> open(file))
				.withMessageStartingWith("The task database '%s' is in use by the process with PID %d, since "
					.formatted(file, holder.pid()));
		}
		finally {
			holder.destroyForcibly().waitFor();
		}
		open(file);
	}

	@Test
	void settingsThatMakeNoSenseAreRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> new DuckDbSettings("x", DataSize.ofMegabytes(1), 1))
			.withMessage("'memoryLimit' must be at least 16MB, but is 1048576B");
		assertThatIllegalArgumentException().isThrownBy(() -> new DuckDbSettings("x", DataSize.ofMegabytes(64), 0))
			.withMessage("'threads' must be at least 1, but is 0");
		assertThatIllegalArgumentException().isThrownBy(() -> new DuckDbSettings(" ", DataSize.ofMegabytes(64), 1));
	}

	private static String setting(JdbcTemplate jdbcTemplate, String name) {
		return Objects.requireNonNull(
				jdbcTemplate.queryForObject("select value from duckdb_settings() where name = ?", String.class, name));
	}

	private static void open(Path file) {
		try (DuckDbTaskStore store = new DuckDbTaskStore(database(file))) {
			store.open();
		}
	}

	public static DuckDbDatabase database(Path file) {
		return new DuckDbDatabase(new DuckDbSettings(file.toString(), DataSize.ofMegabytes(64), 1));
	}

}
