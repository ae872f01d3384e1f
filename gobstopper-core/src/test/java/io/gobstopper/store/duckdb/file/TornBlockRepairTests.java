package io.gobstopper.store.duckdb.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.github.f4b6a3.uuid.UuidCreator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

import io.gobstopper.TaskPriority;
import io.gobstopper.TaskStatus;
import io.gobstopper.error.TaskStoreException;
import io.gobstopper.store.ClaimRequest;
import io.gobstopper.store.duckdb.DuckDbDatabase;
import io.gobstopper.store.duckdb.DuckDbDatabaseTests;
import io.gobstopper.store.duckdb.DuckDbTaskStore;
import io.gobstopper.store.statistics.TaskCount;
import io.gobstopper.store.task.Lease;
import io.gobstopper.store.task.Settlement;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.TaskDetails;
import io.gobstopper.store.task.TaskState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * {@link TornBlockRepair} of files as a process leaves them that dies in the middle of a
 * checkpoint. DuckDB is told to give up before it writes the header; then the rest of the
 * block that describes the tables is put back as it was before.
 */
class TornBlockRepairTests {

	private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");

	private static final int BLOCK_SIZE = 65536;

	private static final int HEADER_SIZE = 4096;

	private static final String BEFORE_HEADER = "after_free_list_write";

	private static final String AFTER_HEADER = "before_truncate";

	private static final String WAY_OUT = "put a snapshot in its place";

	private static final String BLOCKS_WITH_UNUSED_PARTS = """
			select block_id from pragma_metadata_info() where len(free_list) > 0 order by block_id
			""";

	@TempDir
	private Path folder;

	private List<Integer> blocks = List.of();

	private byte[] before = {};

	@ParameterizedTest
	@ValueSource(ints = { 4096, 16384, 32768 })
	void tornBlockIsPutRightWithAllTasks(int written) throws Exception {
		interruptCheckpoint(BEFORE_HEADER, "select 1");
		tear(written);
		byte[] torn = Files.readAllBytes(file());
		byte[] log = Files.readAllBytes(beside(".wal"));
		assertThatExceptionOfType(SQLException.class).isThrownBy(this::openPlainly)
			.withMessageContaining("in block at location %d".formatted(location(this.blocks.get(0))));
		assertThat(beside(".wal")).hasBinaryContent(log);
		assertAllTasksAreThere();
		assertThat(beside(".damaged")).hasBinaryContent(torn);
		assertThat(beside(".damaged.wal")).hasBinaryContent(log);
	}

	@Test
	void repairedFileIsAnOrdinaryOne() throws Exception {
		interruptCheckpoint(BEFORE_HEADER, "select 1");
		tear(HEADER_SIZE);
		assertAllTasksAreThere();
		Files.delete(beside(".damaged"));
		Files.delete(beside(".damaged.wal"));
		assertAllTasksAreThere();
		assertThat(files()).containsExactly("tasks.duckdb");
	}

	@Test
	void interruptedCheckpointThatToreNothingNeedsNoRepair() throws Exception {
		interruptCheckpoint(BEFORE_HEADER, "select 1");
		assertAllTasksAreThere();
		assertThat(files()).containsExactly("tasks.duckdb");
	}

	@Test
	void earlierCopyIsKept() throws Exception {
		interruptCheckpoint(BEFORE_HEADER, "select 1");
		tear(HEADER_SIZE);
		Files.writeString(beside(".damaged"), "earlier");
		assertAllTasksAreThere();
		assertThat(beside(".damaged")).hasContent("earlier");
		assertThat(beside(".damaged-2")).exists();
		assertThat(beside(".damaged-2.wal")).exists();
	}

	@Test
	void changedByteOfAPartInUseIsRefused() throws Exception {
		interruptCheckpoint(BEFORE_HEADER, "select 1");
		change(root() + 100, 1);
		assertIsRefusedAndLeftAlone(
				"damaged blocks: 1, the first at %d; %s".formatted(location(this.blocks.get(0)), WAY_OUT));
	}

	@Test
	void partInUseThatDuckDbCannotReadIsRefused() throws Exception {
		interruptCheckpoint(BEFORE_HEADER, "select 1");
		tear(HEADER_SIZE);
		change(root() + 16, 32);
		assertIsRefusedAndLeftAlone("its block at %d is damaged: ".formatted(location(this.blocks.get(0))));
	}

	@Test
	void tornBlockOfTablesThatCannotBeRightIsRefused() throws Exception {
		interruptCheckpoint(BEFORE_HEADER,
				"insert into gobstopper_idempotency_key values ('key', uuid()), ('key', uuid())");
		tear(HEADER_SIZE);
		assertIsRefusedAndLeftAlone("1 idempotency keys are held twice");
	}

	@Test
	void secondDamagedBlockIsRefused() throws Exception {
		Stream<String> writes = Stream.concat(
				IntStream.range(0, 100).mapToObj("create table wide_%d as from gobstopper_task limit 0"::formatted),
				IntStream.range(0, 60).mapToObj("drop table wide_%d"::formatted));
		interruptCheckpoint(BEFORE_HEADER, "select 1", writes.toArray(String[]::new));
		assertThat(this.blocks).hasSizeGreaterThan(1);
		this.blocks.forEach((block) -> change(location(block), 1));
		assertIsRefusedAndLeftAlone("damaged blocks: %d, the first at ".formatted(this.blocks.size()));
	}

	@Test
	void damageIsNotTakenForATearWhenNoCheckpointWasInterrupted() throws Exception {
		fill();
		change(location(this.blocks.get(0)), 1);
		assertIsRefusedAndLeftAlone("does not match stored checksum");
	}

	@Test
	void damageIsNotTakenForATearWhenTheCheckpointWasFinished() throws Exception {
		interruptCheckpoint(AFTER_HEADER, "select 1");
		change(location(this.blocks.get(0)), 1);
		assertIsRefusedAndLeftAlone("does not match stored checksum");
	}

	@Test
	void fileThatSomeoneHasOpenIsLeftAlone() throws Exception {
		interruptCheckpoint(BEFORE_HEADER, "select 1");
		tear(HEADER_SIZE);
		byte[] torn = Files.readAllBytes(file());
		try (FileChannel channel = FileChannel.open(file(), StandardOpenOption.WRITE); FileLock lock = channel.lock()) {
			new TornBlockRepair(file(), new Properties()).repair();
			assertThat(lock.isValid()).isTrue();
		}
		assertThat(file()).hasBinaryContent(torn);
		assertThat(files()).containsExactly("tasks.duckdb", "tasks.duckdb.wal");
	}

	private void interruptCheckpoint(String place, String lastWrite, String... firstWrites) throws IOException {
		fill(firstWrites);
		try (DuckDbDatabase database = DuckDbDatabaseTests.database(file());
				DuckDbTaskStore store = new DuckDbTaskStore(database)) {
			store.open();
			JdbcTemplate jdbcTemplate = new JdbcTemplate(database.writer());
			store.writes().insert(tasks("third"));
			jdbcTemplate.execute(lastWrite);
			jdbcTemplate.execute("set global debug_checkpoint_abort = '%s'".formatted(place));
			assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> jdbcTemplate.execute("checkpoint"))
				.withMessageContaining("Checkpoint aborted");
		}
	}

	// Leaves tables that were written several times, so that parts of blocks are unused.
	private void fill(String... firstWrites) throws IOException {
		try (DuckDbDatabase database = DuckDbDatabaseTests.database(file());
				DuckDbTaskStore store = new DuckDbTaskStore(database)) {
			store.open();
			JdbcTemplate jdbcTemplate = new JdbcTemplate(database.writer());
			Stream.of(firstWrites).forEach(jdbcTemplate::execute);
			store.writes().insert(tasks("first"));
			jdbcTemplate.execute("checkpoint");
			List<StoredTask> running = store.writes()
				.claim(new ClaimRequest("default", List.of("email"), 100, 100, 0,
						new Lease("worker#1", NOW.plus(Duration.ofSeconds(30)), NOW)));
			store.writes()
				.settle(running.stream().map((task) -> Settlement.of(task, task.succeeded(NOW, null), NOW)).toList());
			jdbcTemplate.execute("checkpoint");
			store.writes().insert(tasks("second"));
			jdbcTemplate.execute("checkpoint");
			this.blocks = jdbcTemplate.queryForList(BLOCKS_WITH_UNUSED_PARTS, Integer.class);
		}
		this.before = Files.readAllBytes(file());
	}

	private static List<StoredTask> tasks(String key) {
		return IntStream.range(0, 100)
			.mapToObj((number) -> new StoredTask(0,
					new TaskDetails(UuidCreator.getPrefixComb(), "email", "default", TaskPriority.NORMAL, "[]", "{}",
							NOW, 0, key + number, null),
					TaskState.pending(NOW)))
			.toList();
	}

	private void tear(int written) throws IOException {
		byte[] after = Files.readAllBytes(file());
		int block = (int) location(this.blocks.get(0));
		assertThat(Arrays.mismatch(after, block + written, block + BLOCK_SIZE, this.before, block + written,
				block + BLOCK_SIZE))
			.as("what would have been written last")
			.isNotNegative();
		System.arraycopy(this.before, block + written, after, block + written, BLOCK_SIZE - written);
		Files.write(file(), after);
	}

	private void change(long location, int bytes) {
		try (FileChannel channel = FileChannel.open(file(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
			ByteBuffer content = ByteBuffer.allocate(bytes);
			channel.read(content, location);
			for (int index = 0; index < bytes; index++) {
				content.put(index, (byte) ~content.get(index));
			}
			channel.write(content.flip(), location);
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

	private static long location(int block) {
		return 3L * HEADER_SIZE + (long) block * BLOCK_SIZE;
	}

	// The part with which the description of the tables begins, says the newest header.
	private long root() throws IOException {
		ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(file())).order(ByteOrder.LITTLE_ENDIAN);
		int header = (content.getLong(HEADER_SIZE + 8) > content.getLong(2 * HEADER_SIZE + 8)) ? HEADER_SIZE
				: 2 * HEADER_SIZE;
		long root = content.getLong(header + 16);
		assertThat(root & 0xffffffL).isEqualTo(this.blocks.get(0).longValue());
		return location(this.blocks.get(0)) + 8 + (root >>> 56) * 1016;
	}

	private void openPlainly() throws SQLException {
		DriverManager.getConnection("jdbc:duckdb:" + file()).close();
	}

	private void assertAllTasksAreThere() {
		try (DuckDbTaskStore store = new DuckDbTaskStore(DuckDbDatabaseTests.database(file()))) {
			store.open();
			assertThat(store.reads().counts()).containsExactlyInAnyOrder(
					new TaskCount("default", TaskStatus.PENDING, 200),
					new TaskCount("default", TaskStatus.SUCCESS, 100));
			for (String key : List.of("first99", "second99", "third99")) {
				assertThat(store.reads().findByIdempotencyKey(key)).isPresent();
			}
			assertThat(store.reads().findDamage(true)).isEmpty();
		}
	}

	private void assertIsRefusedAndLeftAlone(String reason) throws IOException {
		byte[] content = Files.readAllBytes(file());
		byte[] log = Files.exists(beside(".wal")) ? Files.readAllBytes(beside(".wal")) : null;
		List<String> files = files();
		try (DuckDbTaskStore store = new DuckDbTaskStore(DuckDbDatabaseTests.database(file()))) {
			assertThatExceptionOfType(TaskStoreException.class).isThrownBy(store::open)
				.withMessageStartingWith("The task database '%s' cannot be opened: ".formatted(file()))
				.withMessageContaining(reason)
				.withMessageEndingWith(WAY_OUT);
		}
		assertThat(files()).isEqualTo(files);
		assertThat(file()).hasBinaryContent(content);
		if (log != null) {
			assertThat(beside(".wal")).hasBinaryContent(log);
		}
	}

	private Path file() {
		return this.folder.resolve("tasks.duckdb");
	}

	private Path beside(String suffix) {
		return Path.of(file() + suffix);
	}

	private List<String> files() throws IOException {
		try (Stream<Path> files = Files.list(this.folder)) {
			return files.map((path) -> path.getFileName().toString())
				.filter((name) -> !name.endsWith(".lock"))
				.sorted()
				.toList();
		}
	}

}
