package io.gobstopper.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Assumptions;

/**
 * A file system of a few megabytes in memory, where this user may make one.
 */
final class SmallFileSystem implements AutoCloseable {

	private static final int MEGABYTE = 1024 * 1024;

	private final Path folder;

	private final Path filler;

	private SmallFileSystem(Path folder) {
		this.folder = folder;
		this.filler = folder.resolve("filler");
	}

	/**
	 * Makes a file system, or skips the test where that is not allowed.
	 * @param folder the folder that becomes its root
	 * @param megabytes its size
	 * @return the file system
	 */
	static SmallFileSystem mount(Path folder, int megabytes) {
		boolean mounted = run("mount", "-t", "tmpfs", "-o", "size=%dm".formatted(megabytes), "tmpfs",
				folder.toString());
		Assumptions.assumeTrue(mounted, "This user may not mount a file system, so a full disk cannot be tried");
		return new SmallFileSystem(folder);
	}

	Path folder() {
		return this.folder;
	}

	// Leaves less free space than asked for.
	void fillUp(int freeBytes) throws IOException {
		long free = Files.getFileStore(this.folder).getUsableSpace();
		byte[] block = new byte[MEGABYTE];
		try (var out = Files.newOutputStream(this.filler)) {
			for (long left = free - freeBytes; left > 0; left -= block.length) {
				out.write(block, 0, (int) Math.min(left, block.length));
			}
		}
	}

	void makeRoom() throws IOException {
		Files.delete(this.filler);
	}

	void makeReadOnly() throws IOException {
		if (!run("mount", "-o", "remount,ro", this.folder.toString())) {
			throw new IOException("The file system cannot be made read-only");
		}
	}

	@Override
	public void close() throws IOException {
		if (!run("umount", "--lazy", this.folder.toString())) {
			throw new IOException("The file system cannot be unmounted");
		}
	}

	private static boolean run(String... command) {
		try {
			Process process = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.DISCARD)
				.start();
			return process.onExit().orTimeout(10, TimeUnit.SECONDS).join().exitValue() == 0;
		}
		catch (IOException ex) {
			return false;
		}
	}

}
