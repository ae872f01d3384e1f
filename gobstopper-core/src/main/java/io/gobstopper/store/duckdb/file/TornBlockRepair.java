package io.gobstopper.store.duckdb.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Properties;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.duckdb.DuckDBDriver;
import org.jspecify.annotations.Nullable;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import io.gobstopper.error.TaskStoreException;
import io.gobstopper.store.sql.StoredDamage;
import io.gobstopper.store.sql.TableNames;

/**
 * Puts the checksum of a block right that a process tore when it died in the middle of a
 * checkpoint. Such a block is in use, but only parts that are not were being written:
 * nothing is lost, and yet DuckDB refuses it.
 */
public final class TornBlockRepair {

	private static final Log logger = LogFactory.getLog(TornBlockRepair.class);

	private static final List<String> LOGS = List.of(".wal", ".wal.checkpoint", ".wal.recovery");

	private static final String READ_EVERYTHING = """
			select format('select bit_xor(hash(t))::varchar from "{}"."{}" t', schema_name, table_name)
			from duckdb_tables() where database_name = current_database() and not internal
			""";

	private final Path file;

	private final Properties properties;

	/**
	 * Creates a repair.
	 * @param file the database
	 * @param properties how it is opened
	 */
	public TornBlockRepair(Path file, Properties properties) {
		this.file = file;
		this.properties = properties;
	}

	/**
	 * Repairs the file if its log tells of an interrupted checkpoint and a block is torn.
	 * Nobody else may have it open: one that is locked is left alone.
	 * @throws IOException if it cannot be read or written
	 * @throws TaskStoreException if a block is damaged in a way that the checkpoint does
	 * not explain; the file is as it was then
	 */
	public void repair() throws IOException {
		BegunCheckpoint checkpoint = Files.exists(this.file) ? BegunCheckpoint.read(withSuffix(this.file, ".wal"))
				: null;
		if (checkpoint == null) {
			return;
		}
		try (FileChannel channel = FileChannel.open(this.file, StandardOpenOption.READ, StandardOpenOption.WRITE);
				FileLock lock = lock(channel)) {
			MetadataBlocks blocks = (lock != null) ? MetadataBlocks.of(channel) : null;
			if (blocks != null && blocks.root() != checkpoint.root()) {
				repair(channel, blocks.findBroken());
			}
		}
	}

	private static @Nullable FileLock lock(FileChannel channel) throws IOException {
		try {
			return channel.tryLock();
		}
		catch (OverlappingFileLockException ex) {
			return null;
		}
	}

	private void repair(FileChannel channel, @Nullable List<MetadataBlock> broken) throws IOException {
		if (broken == null || broken.isEmpty()) {
			return;
		}
		MetadataBlock block = broken.get(0);
		if (broken.size() > 1 || !block.mayBeTorn()) {
			throw damaged("damaged blocks: %d, the first at %d".formatted(broken.size(), block.location()), null);
		}
		Path copy = copyAside();
		tryOn(copy, block);
		writeChecksum(channel, block.location(), MetadataBlock.checksum(block.content()));
		logger.warn(("The task database '%s' had a block at %d that was half written when its process died in the "
				+ "middle of a checkpoint. It was put right and all tables were read and checked; a copy of the file "
				+ "as it was is '%s', which may be deleted")
			.formatted(this.file, block.location(), copy));
	}

	// Returns the copy, beside which those of the logs are.
	private Path copyAside() throws IOException {
		Path copy = withSuffix(this.file, ".damaged");
		for (int number = 2; Files.exists(copy); number++) {
			copy = withSuffix(this.file, ".damaged-" + number);
		}
		try {
			Files.copy(this.file, copy);
			for (String suffix : LOGS) {
				if (Files.exists(withSuffix(this.file, suffix))) {
					Files.copy(withSuffix(this.file, suffix), withSuffix(copy, suffix));
				}
			}
			return copy;
		}
		catch (IOException ex) {
			delete(copy);
			throw ex;
		}
	}

	// Opened for reading only, the copy and its logs stay as they are.
	private void tryOn(Path copy, MetadataBlock block) throws IOException {
		try (FileChannel channel = FileChannel.open(copy, StandardOpenOption.WRITE)) {
			writeChecksum(channel, block.location(), MetadataBlock.checksum(block.content()));
			check(copy);
			writeChecksum(channel, block.location(), block.content().getLong(0));
		}
		catch (DataAccessException | TaskStoreException ex) {
			delete(copy);
			String reason = NestedExceptionUtils.getMostSpecificCause(ex).getMessage();
			throw damaged("its block at %d is damaged: %s".formatted(block.location(), reason), ex);
		}
	}

	private void check(Path copy) {
		Properties readOnly = new Properties();
		readOnly.putAll(this.properties);
		readOnly.setProperty("access_mode", "read_only");
		SingleConnectionDataSource connection = new SingleConnectionDataSource();
		connection.setDriverClassName(DuckDBDriver.class.getName());
		connection.setUrl("jdbc:duckdb:" + copy);
		connection.setConnectionProperties(readOnly);
		connection.setSuppressClose(true);
		try {
			JdbcTemplate jdbcTemplate = new JdbcTemplate(connection);
			jdbcTemplate.queryForList(READ_EVERYTHING, String.class)
				.forEach((sql) -> jdbcTemplate.queryForObject(sql, String.class));
			List<String> damage = new StoredDamage(jdbcTemplate, TableNames.UNQUALIFIED).find(true);
			if (!damage.isEmpty()) {
				throw new TaskStoreException(String.join("; ", damage));
			}
		}
		finally {
			connection.destroy();
		}
	}

	private static void writeChecksum(FileChannel channel, long location, long checksum) throws IOException {
		ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(checksum).flip();
		while (bytes.hasRemaining()) {
			channel.write(bytes, location + bytes.position());
		}
		channel.force(true);
	}

	private static void delete(Path copy) throws IOException {
		Files.deleteIfExists(copy);
		for (String suffix : LOGS) {
			Files.deleteIfExists(withSuffix(copy, suffix));
		}
	}

	private static Path withSuffix(Path path, String suffix) {
		return Path.of(path + suffix);
	}

	private TaskStoreException damaged(String what, @Nullable Exception cause) {
		return new TaskStoreException(
				"The task database '%s' cannot be opened: %s; put a snapshot in its place".formatted(this.file, what),
				cause);
	}

}
