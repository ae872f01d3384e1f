package io.gobstopper.store.duckdb;

import java.nio.file.Path;
import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;
import org.springframework.util.unit.DataSize;

/**
 * How to open a DuckDB database.
 *
 * @param path the file, or {@code :memory:} for a database that ends with the process
 * @param memoryLimit the memory DuckDB may use
 * @param threads the threads DuckDB may use
 * @param readTimeout how long a reader may hold a connection
 * @param snapshotFolder the one other folder DuckDB may use, or {@code null} for none
 */
public record DuckDbSettings(String path, DataSize memoryLimit, int threads, Duration readTimeout,
		@Nullable Path snapshotFolder) {

	/**
	 * The path of a database that ends with the process.
	 */
	public static final String IN_MEMORY = ":memory:";

	public DuckDbSettings {
		Assert.hasText(path, "'path' must not be empty");
		Assert.isTrue(!path.startsWith(":") || path.equals(IN_MEMORY),
				() -> "'path' must be the path of a file or '%s', but is '%s'".formatted(IN_MEMORY, path));
		Assert.isTrue(memoryLimit.toMegabytes() >= 16,
				() -> "'memoryLimit' must be at least 16MB, but is %s".formatted(memoryLimit));
		Assert.isTrue(readTimeout.toMillis() > 0,
				() -> "'readTimeout' must be positive, but is %s".formatted(readTimeout));
		Assert.isTrue(threads >= 1, () -> "'threads' must be at least 1, but is %d".formatted(threads));
	}

	/**
	 * Opens a database that can reach no other file.
	 * @param path the file, or {@code :memory:} for a database that ends with the process
	 * @param memoryLimit the memory DuckDB may use
	 * @param threads the threads DuckDB may use
	 */
	public DuckDbSettings(String path, DataSize memoryLimit, int threads) {
		this(path, memoryLimit, threads, Duration.ofMinutes(1), null);
	}

	boolean isInMemory() {
		return this.path.equals(IN_MEMORY);
	}

}
