package io.gobstopper.store.duckdb.file;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.util.Assert;

import io.gobstopper.error.TaskStoreException;
import io.gobstopper.error.TaskStoreLockedException;

/**
 * The file of a DuckDB database, or none if it is in memory: who holds it, and whether it
 * is still the one that was opened. Safe for use by several threads.
 */
public final class DuckDbFile {

	private static final Log logger = LogFactory.getLog(DuckDbFile.class);

	private static final List<String> NOT_IN_PATHS = List.of(";", "?");

	private static final Pattern LOCK_HOLDER = Pattern.compile("\\(PID (\\d+)\\)");

	private final String name;

	private final @Nullable Path path;

	private volatile @Nullable Object key;

	private @Nullable FileHold hold;

	private DuckDbFile(String name, @Nullable Path path) {
		this.name = name;
		this.path = path;
	}

	/**
	 * Returns the file of a database in memory, which has none.
	 * @param name how to call it
	 * @return the file
	 */
	public static DuckDbFile inMemory(String name) {
		return new DuckDbFile(name, null);
	}

	/**
	 * Returns the file at a path.
	 * @param path the path, through links or not
	 * @return the file
	 * @throws TaskStoreException if the path leads to no file
	 */
	public static DuckDbFile at(String path) {
		Path real = realPath(path);
		return new DuckDbFile(real.toString(), real);
	}

	private static Path realPath(String path) {
		Path real;
		try {
			real = RealPath.of(Path.of(path));
		}
		catch (InvalidPathException ex) {
			throw new TaskStoreException("'%s' is no path of a file here: %s".formatted(path, ex.getReason()),
					"Set 'gobstopper.duckdb.path' to another path or, if that has letters beyond ASCII, start with "
							+ "a locale of UTF-8, such as LC_ALL=C.UTF-8.",
					ex);
		}
		catch (IOException ex) {
			throw new TaskStoreException("The path '%s' leads to no file: %s".formatted(path, ex), ex);
		}
		for (String special : NOT_IN_PATHS) {
			if (real.toString().contains(special)) {
				throw new TaskStoreException(
						"DuckDB cannot open the task database '%s', as it takes '%s' for the begin of an option"
							.formatted(real, special),
						"Set 'gobstopper.duckdb.path' to a path without it.", null);
			}
		}
		return real;
	}

	/**
	 * Returns whether there is no file.
	 * @return whether the database is in memory
	 */
	public boolean isInMemory() {
		return this.path == null;
	}

	/**
	 * Returns where DuckDB's driver connects to; in memory, to a database of its own.
	 * @return the URL
	 */
	public String url() {
		return "jdbc:duckdb:" + ((this.path != null) ? this.path : ":memory:gobstopper-" + UUID.randomUUID());
	}

	/**
	 * Returns where the file is, for people to read.
	 * @return the path
	 */
	public String location() {
		return this.name;
	}

	/**
	 * Keeps all others from opening the file, if that was not done before, creating its
	 * folders if they are missing.
	 * @throws TaskStoreException if someone else has it
	 */
	public synchronized void hold() {
		if (this.path != null && this.hold == null) {
			try {
				Files.createDirectories(path().getParent());
				this.hold = FileHold.take(this.path);
			}
			catch (IOException ex) {
				throw translate(ex);
			}
		}
	}

	/**
	 * Lets others open the file.
	 */
	public synchronized void release() {
		FileHold held = this.hold;
		this.hold = null;
		if (held == null) {
			return;
		}
		try {
			held.close();
		}
		catch (IOException ex) {
			logger.warn("The lock file of the task database '%s' could not be closed".formatted(location()), ex);
		}
	}

	/**
	 * Mends what a process that died in the middle of a checkpoint may have left.
	 * @param properties how to open the file
	 * @throws IOException if it cannot be read or written
	 */
	public void repair(Properties properties) throws IOException {
		if (this.path != null) {
			new TornBlockRepair(this.path, properties).repair();
		}
	}

	/**
	 * Notes which file was opened.
	 * @throws IOException if it cannot be read
	 */
	public synchronized void opened() throws IOException {
		if (this.hold != null) {
			this.hold.nameAfterContent(path());
		}
		this.key = isInMemory() ? null : readKey();
	}

	/**
	 * Checks that there is a file to open again.
	 * @throws TaskStoreException if it is gone
	 */
	public void mustExist() {
		if (this.path != null && !Files.exists(this.path)) {
			throw new TaskStoreException("The task database '%s' is gone; put it back".formatted(location()));
		}
	}

	/**
	 * Checks that the file is still where it was opened. DuckDB does not notice if it is
	 * not, and all that is stored meanwhile would be gone after a restart.
	 * @throws TaskStoreException if it is not
	 */
	public void check() {
		if (isInMemory()) {
			return;
		}
		try {
			if (Objects.equals(this.key, readKey())) {
				return;
			}
		}
		catch (IOException ex) {
			throw new TaskStoreException("The task database '%s' is gone: %s; put it back before the application stops"
				.formatted(location(), ex), ex);
		}
		throw new TaskStoreException(
				"The task database '%s' was replaced by another file; put it back before the application stops"
					.formatted(location()));
	}

	/**
	 * Returns the size of the file.
	 * @return the size in bytes, 0 in memory
	 */
	public long bytes() {
		return bytes(location());
	}

	/**
	 * Returns the size of the log beside the file.
	 * @return the size in bytes, 0 in memory
	 */
	public long logBytes() {
		return bytes(location() + ".wal");
	}

	private long bytes(String path) {
		return isInMemory() ? 0 : Path.of(path).toFile().length();
	}

	private Path path() {
		Assert.state(this.path != null, "A database in memory has no file");
		return this.path;
	}

	private @Nullable Object readKey() throws IOException {
		return Files.readAttributes(path(), BasicFileAttributes.class).fileKey();
	}

	/**
	 * Returns why the file cannot be opened, in words of this library.
	 * @param cause what DuckDB or the file system said
	 * @return the exception to throw
	 */
	public TaskStoreException translate(Exception cause) {
		String reason = reason(cause);
		if (reason.contains("Conflicting lock") || reason.contains("Could not set lock")) {
			String holder = holder(reason);
			return new TaskStoreLockedException("The task database '%s' is in use by %s".formatted(location(),
					(holder != null) ? "the process with PID " + holder : "another process"), cause);
		}
		String wayOut = reason.contains("does not match stored checksum") ? "; put a snapshot in its place" : "";
		return new TaskStoreException(
				"The task database '%s' cannot be opened: %s%s".formatted(location(), reason.strip(), wayOut), cause);
	}

	/**
	 * Returns the most specific reason of a failure.
	 * @param failure the failure
	 * @return what it says
	 */
	public static String reason(Throwable failure) {
		Throwable cause = NestedExceptionUtils.getMostSpecificCause(failure);
		String message = String.valueOf(cause.getMessage());
		return (cause instanceof FileSystemException) ? cause.getClass().getSimpleName() + ": " + message : message;
	}

	private static @Nullable String holder(String reason) {
		Matcher matcher = LOCK_HOLDER.matcher(reason);
		return matcher.find() ? matcher.group(1) : null;
	}

}
