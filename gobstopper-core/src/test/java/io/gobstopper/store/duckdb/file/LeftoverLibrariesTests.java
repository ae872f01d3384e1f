package io.gobstopper.store.duckdb.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@link LeftoverLibraries}.
 */
class LeftoverLibrariesTests {

	private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");

	@TempDir
	private Path folder;

	@Test
	void onlyOldCopiesAreDeleted() throws IOException {
		Path old = create("libduckdb_java1.so", NOW.minusSeconds(601));
		Path loading = create("libduckdb_java2.so", NOW.minusSeconds(599));
		Path other = create("libother.so", NOW.minusSeconds(601));
		new LeftoverLibraries(this.folder).delete(NOW);
		assertThat(this.folder).isDirectoryNotContaining("glob:**" + old.getFileName());
		assertThat(loading).exists();
		assertThat(other).exists();
	}

	@Test
	void folderThatIsMissingIsNoProblem() {
		Path missing = this.folder.resolve("missing");
		new LeftoverLibraries(missing).delete(NOW);
		assertThat(missing).doesNotExist();
	}

	private Path create(String name, Instant modified) throws IOException {
		Path file = Files.createFile(this.folder.resolve(name));
		return Files.setLastModifiedTime(file, FileTime.from(modified));
	}

}
