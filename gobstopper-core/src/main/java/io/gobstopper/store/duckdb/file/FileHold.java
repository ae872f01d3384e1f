package io.gobstopper.store.duckdb.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.gobstopper.error.TaskStoreLockedException;

/**
 * Keeps everyone else from opening a database file: other processes by a lock on a file
 * of its own beside it, which ends with the process however that ends, and other contexts
 * and web applications of this process by a system property, which all class loaders
 * share. The lock that DuckDB takes on the file itself does neither for long: it is the
 * process that has it, and it is gone when anyone in the process closes the file, such as
 * after copying it. For the same reason the lock file is opened by no one in the process
 * that has it.
 */
public final class FileHold implements AutoCloseable {

	private static final String PROPERTY = "io.gobstopper.in-use.";

	private static final int LONGEST_HOLDER = 500;

	private final Set<String> properties = new LinkedHashSet<>();

	private @Nullable FileChannel channel;

	private FileHold() {
	}

	/**
	 * Takes the hold.
	 * @param file the real path of the file, which need not be there yet
	 * @return the hold
	 * @throws TaskStoreLockedException if someone else has it
	 * @throws IOException if nobody can tell
	 */
	public static FileHold take(Path file) throws IOException {
		FileHold hold = new FileHold();
		try {
			hold.keepFromThisProcess(file, file.toString());
			hold.nameAfterContent(file);
			hold.keepFromOthers(file);
			return hold;
		}
		catch (IOException | RuntimeException ex) {
			hold.close();
			throw ex;
		}
	}

	// The same file may be known by other paths, such as hard links, once it is there.
	public void nameAfterContent(Path file) throws IOException {
		if (Files.exists(file)) {
			Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
			if (key != null) {
				keepFromThisProcess(file, key.toString());
			}
		}
	}

	private void keepFromThisProcess(Path file, String name) {
		String property = PROPERTY + name;
		if (this.properties.contains(property)) {
			return;
		}
		Object since = System.getProperties().putIfAbsent(property, Instant.now().toString());
		if (since != null) {
			throw new TaskStoreLockedException(
					("The task database '%s' is in use by another application context or web "
							+ "application of this process (PID %d), since %s")
						.formatted(file, ProcessHandle.current().pid(), since));
		}
		this.properties.add(property);
	}

	private void keepFromOthers(Path file) throws IOException {
		Path lockFile = file.resolveSibling(file.getFileName() + ".lock");
		FileChannel opened = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.READ,
				StandardOpenOption.WRITE);
		this.channel = opened;
		FileLock lock = opened.tryLock();
		if (lock == null) {
			throw new TaskStoreLockedException(
					"The task database '%s' is in use by %s".formatted(file, holderIn(opened)));
		}
		opened.truncate(0);
		opened.write(ByteBuffer
			.wrap("the process with PID %d, since %s".formatted(ProcessHandle.current().pid(), Instant.now())
				.getBytes(StandardCharsets.UTF_8)), 0);
	}

	// The holder may be about to write who it is.
	private static String holderIn(FileChannel lockFile) throws IOException {
		ByteBuffer content = ByteBuffer.allocate(LONGEST_HOLDER);
		int length = lockFile.read(content, 0);
		return (length > 0) ? new String(content.array(), 0, length, StandardCharsets.UTF_8) : "another process";
	}

	/**
	 * Lets others have the file. The lock file stays, as one that is deleted while
	 * another process is about to lock it would keep nobody out.
	 */
	@Override
	public void close() throws IOException {
		FileChannel locked = this.channel;
		this.channel = null;
		try {
			if (locked != null) {
				locked.close();
			}
		}
		finally {
			this.properties.forEach(System.getProperties()::remove);
			this.properties.clear();
		}
	}

}
