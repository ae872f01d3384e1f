package io.gobstopper.store.duckdb.file;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * The copies of its native library that DuckDB unpacks into the temporary folder, 70 MB
 * each. A process that is killed leaves its copy behind.
 */
public final class LeftoverLibraries {

	private static final Log logger = LogFactory.getLog(LeftoverLibraries.class);

	private static final String COPIES = "libduckdb_java*.so";

	// A process loads its copy at once. After that the file is not needed: where a loaded
	// library can be deleted it stays loaded, and elsewhere the deletion fails.
	private static final Duration LOADED_WITHIN = Duration.ofMinutes(10);

	private final Path folder;

	LeftoverLibraries(Path folder) {
		this.folder = folder;
	}

	public static LeftoverLibraries inTemporaryFolder() {
		return new LeftoverLibraries(Path.of(System.getProperty("java.io.tmpdir")));
	}

	public void delete(Instant now) {
		try (DirectoryStream<Path> copies = Files.newDirectoryStream(this.folder, COPIES)) {
			copies.forEach((copy) -> deleteIfOld(copy, now));
		}
		catch (IOException ex) {
			logger.debug("The folder '%s' could not be searched".formatted(this.folder), ex);
		}
	}

	private static void deleteIfOld(Path copy, Instant now) {
		try {
			if (Files.getLastModifiedTime(copy).toInstant().isBefore(now.minus(LOADED_WITHIN))) {
				Files.deleteIfExists(copy);
			}
		}
		catch (IOException ex) {
			logger.debug("The library '%s' could not be deleted".formatted(copy), ex);
		}
	}

}
