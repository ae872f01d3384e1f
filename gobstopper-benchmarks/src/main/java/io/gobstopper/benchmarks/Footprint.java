package io.gobstopper.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * The memory and the disk that this process uses, in MiB.
 *
 * @param heapMb the used heap after a collection
 * @param rssMb the resident memory, where the system tells it
 * @param fileMb the size of the database with its log, where this process holds it
 * @param threads the live threads
 */
record Footprint(long heapMb, @Nullable Long rssMb, @Nullable Long fileMb, int threads) {

	private static final long MIB = 1024 * 1024;

	static Footprint of(long heap, @Nullable Path database) {
		return new Footprint(heap / MIB, residentMb(), (database != null) ? sizeMb(database) : null,
				ManagementFactory.getThreadMXBean().getThreadCount());
	}

	private static @Nullable Long residentMb() {
		Path status = Path.of("/proc/self/status");
		if (!Files.exists(status)) {
			return null;
		}
		try (Stream<String> lines = Files.lines(status)) {
			return lines.filter((line) -> line.startsWith("VmRSS:"))
				.map((line) -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
				.findFirst()
				.orElse(null);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static long sizeMb(Path database) {
		return (database.toFile().length() + Path.of(database + ".wal").toFile().length()) / MIB;
	}

}
