package io.gobstopper.store.duckdb;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.Assert;

import io.gobstopper.error.TaskStoreException;
import io.gobstopper.store.StoreSnapshots;
import io.gobstopper.store.sql.StoredDamage;
import io.gobstopper.store.sql.TableNames;

/**
 * Copies a database while it is in use. A copy holds all that was committed when it was
 * begun; it is opened and searched for damage before it counts. Safe for use by several
 * threads.
 */
public final class DuckDbSnapshots implements StoreSnapshots {

	private static final Log logger = LogFactory.getLog(DuckDbSnapshots.class);

	private static final String PREFIX = "gobstopper-";

	private static final String SUFFIX = ".duckdb";

	private static final Duration LONGEST_SNAPSHOT = Duration.ofHours(1);

	private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuuMMdd-HHmmss-SSS")
		.withZone(ZoneOffset.UTC);

	private static final String NAME = "gobstopper_snapshot";

	private static final String COUNT = "select count(*) from %sgobstopper_task_all";

	private final DuckDbDatabase database;

	private final Path folder;

	private final int kept;

	/**
	 * Creates snapshots of a database.
	 * @param database the database, whose settings must name the folder
	 * @param folder where to put the copies
	 * @param kept how many to keep; older ones are deleted
	 */
	public DuckDbSnapshots(DuckDbDatabase database, Path folder, int kept) {
		Assert.isTrue(kept >= 1, () -> "'keep' must be at least 1, but is %d".formatted(kept));
		this.database = database;
		this.folder = folder;
		this.kept = kept;
	}

	@Override
	public synchronized Path take() {
		String name = PREFIX + TIME.format(Instant.now());
		Path unfinished = this.folder.resolve(name + ".unfinished");
		Path finished = this.folder.resolve(name + SUFFIX);
		try {
			Files.createDirectories(this.folder);
			deleteUnfinished();
			try {
				copyTo(unfinished);
				Files.move(unfinished, finished, StandardCopyOption.ATOMIC_MOVE);
			}
			finally {
				Files.deleteIfExists(unfinished);
			}
			deleteSurplus();
			return finished;
		}
		catch (IOException ex) {
			throw new TaskStoreException("The snapshot '%s' cannot be taken: %s".formatted(finished, ex), ex);
		}
	}

	@Override
	public List<Path> list() {
		if (Files.notExists(this.folder)) {
			return List.of();
		}
		try (Stream<Path> files = Files.list(this.folder)) {
			return files.filter(DuckDbSnapshots::isSnapshot).sorted(Comparator.reverseOrder()).toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static boolean isSnapshot(Path file) {
		String name = file.getFileName().toString();
		return name.startsWith(PREFIX) && name.endsWith(SUFFIX);
	}

	private void copyTo(Path file) {
		SingleConnectionDataSource connection = this.database.newReader();
		try {
			JdbcTemplate jdbcTemplate = new JdbcTemplate(connection);
			attach(jdbcTemplate, file, "");
			long copied = copy(connection, jdbcTemplate);
			detach(jdbcTemplate);
			attach(jdbcTemplate, file, "(read_only)");
			check(jdbcTemplate, file, copied);
			detach(jdbcTemplate);
		}
		finally {
			connection.destroy();
		}
	}

	// All tables in one transaction, as they were at its begin.
	private static long copy(SingleConnectionDataSource connection, JdbcTemplate jdbcTemplate) {
		return new TransactionTemplate(new JdbcTransactionManager(connection)).execute((status) -> {
			Long count = jdbcTemplate.queryForObject(COUNT.formatted(""), Long.class);
			String source = jdbcTemplate.queryForObject("select current_database()", String.class);
			jdbcTemplate.execute("copy from database \"%s\" to %s".formatted(source, NAME));
			return (count != null) ? count : 0;
		});
	}

	private static void check(JdbcTemplate jdbcTemplate, Path file, long copied) {
		String prefix = NAME + ".";
		Long found = jdbcTemplate.queryForObject(COUNT.formatted(prefix), Long.class);
		List<String> damage = new ArrayList<>(
				new StoredDamage(jdbcTemplate, new TableNames(prefix), List.of(DuckDbClaimRecords.ALL_ARE_PENDING))
					.find(true));
		if (found == null || found != copied) {
			damage.add(0, "%d tasks were copied, but %d are there".formatted(copied, found));
		}
		if (!damage.isEmpty()) {
			throw new TaskStoreException("The snapshot '%s' is not right and is not kept as one: %s".formatted(file,
					String.join("; ", damage)));
		}
	}

	private static void attach(JdbcTemplate jdbcTemplate, Path file, String options) {
		jdbcTemplate.execute("attach '%s' as %s %s".formatted(file.toString().replace("'", "''"), NAME, options));
	}

	private static void detach(JdbcTemplate jdbcTemplate) {
		jdbcTemplate.execute("detach " + NAME);
	}

	// What was left by a process that was killed. Another application may use this folder
	// too, and one that is younger may be under way there.
	private void deleteUnfinished() throws IOException {
		Instant longAgo = Instant.now().minus(LONGEST_SNAPSHOT);
		try (DirectoryStream<Path> unfinished = Files.newDirectoryStream(this.folder, PREFIX + "*.unfinished*")) {
			for (Path left : unfinished) {
				deleteIfOlder(left, longAgo);
			}
		}
	}

	private static void deleteIfOlder(Path left, Instant time) throws IOException {
		try {
			if (Files.getLastModifiedTime(left).toInstant().isBefore(time)) {
				Files.deleteIfExists(left);
			}
		}
		catch (NoSuchFileException ex) {
			logger.debug("Somebody finished or deleted it meanwhile", ex);
		}
	}

	private void deleteSurplus() throws IOException {
		for (Path surplus : list().stream().skip(this.kept).toList()) {
			Files.delete(surplus);
		}
	}

}
