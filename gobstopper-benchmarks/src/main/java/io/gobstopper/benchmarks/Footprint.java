package io.gobstopper.benchmarks;

import java.io.IOException;
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
 * @param fileMb the size of the database with its log
 */
record Footprint(long heapMb, @Nullable Long rssMb, @Nullable Long fileMb) {

	private static final long MIB = 1024 * 1024;

	static Footprint measure(@Nullable Path database) throws IOException {
		System.gc();
		long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
		return new Footprint(heap / MIB, residentMb(), (database != null) ? sizeMb(database) : null);
	}

	private static @Nullable Long residentMb() throws IOException {
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
	}

	private static long sizeMb(Path database) {
		return (database.toFile().length() + Path.of(database + ".wal").toFile().length()) / MIB;
	}

}
