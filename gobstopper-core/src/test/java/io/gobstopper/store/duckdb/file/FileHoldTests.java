package io.gobstopper.store.duckdb.file;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.StringUtils;

import io.gobstopper.error.TaskStoreException;
import io.gobstopper.error.TaskStoreLockedException;
import io.gobstopper.store.duckdb.DuckDbDatabaseTests;
import io.gobstopper.store.duckdb.DuckDbTaskStore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * {@link FileHold} and {@link RealPath}: one file is open once, whoever opens it and by
 * whatever path.
 */
class FileHoldTests {

	private static final String THIS_PROCESS = "is in use by another application context or web application of this "
			+ "process (PID %d), since ".formatted(ProcessHandle.current().pid());

	@TempDir
	private Path folder;

	@Test
	void secondContextIsRefusedAndTheFirstGoesOn() {
		Path file = this.folder.resolve("tasks.duckdb");
		try (DuckDbTaskStore store = opened(file)) {
			assertThatExceptionOfType(TaskStoreLockedException.class).isThrownBy(() -> opened(file))
				.withMessageContaining(THIS_PROCESS);
			assertThatExceptionOfType(TaskStoreLockedException.class)
				.isThrownBy(() -> DuckDbDatabaseTests.database(file).hold())
				.withMessageContaining(THIS_PROCESS);
			assertThat(store.reads().counts()).isEmpty();
		}
		opened(file).close();
	}

	@Test
	void anotherPathToTheSameFileIsTheSameFile() throws IOException {
		Path real = Files.createDirectories(this.folder.resolve("real/deep"));
		Path file = real.resolve("tasks.duckdb");
		Path folderLink = Files.createSymbolicLink(this.folder.resolve("link"), Path.of("real/deep"));
		Path fileLink = Files.createSymbolicLink(this.folder.resolve("tasks"), file);
		Path relative = Path.of("").toAbsolutePath().relativize(real.toRealPath().resolve("tasks.duckdb"));
		try (DuckDbTaskStore store = opened(file)) {
			Path hardLink = Files.createLink(this.folder.resolve("hard"), file);
			for (Path other : List.of(folderLink.resolve("tasks.duckdb"), fileLink, relative, hardLink,
					real.resolve("../deep/tasks.duckdb"), folderLink.resolve("../deep/tasks.duckdb"))) {
				assertThatExceptionOfType(TaskStoreLockedException.class).as(other.toString())
					.isThrownBy(() -> opened(other))
					.withMessageContaining(THIS_PROCESS);
			}
			assertThat(store.reads().counts()).isEmpty();
		}
	}

	@Test
	void anotherClassLoaderIsRefused() throws Exception {
		Path file = this.folder.resolve("tasks.duckdb");
		try (DuckDbTaskStore store = opened(file);
				URLClassLoader other = new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader())) {
			Class<?> type = other.loadClass(FileHold.class.getName());
			var take = type.getDeclaredMethod("take", Path.class);
			take.setAccessible(true);
			assertThatExceptionOfType(InvocationTargetException.class)
				.isThrownBy(() -> take.invoke(null, file.toRealPath()))
				.satisfies((ex) -> assertThat(ex.getTargetException()).hasMessageContaining(THIS_PROCESS)
					.extracting((cause) -> cause.getClass().getName())
					.isEqualTo(TaskStoreLockedException.class.getName()));
			assertThat(store.reads().counts()).isEmpty();
		}
	}

	@Test
	void anotherProcessIsRefusedAfterTheFileWasCopied() throws Exception {
		Path file = this.folder.resolve("tasks.duckdb");
		try (DuckDbTaskStore store = opened(file)) {
			Files.copy(file, this.folder.resolve("copy"));
			Process process = holder(file);
			try (BufferedReader errors = process.errorReader()) {
				assertThat(errors.lines().toList().toString())
					.contains("is in use by the process with PID %d, since ".formatted(ProcessHandle.current().pid()));
			}
			assertThat(process.waitFor()).isNotZero();
			assertThat(store.reads().counts()).isEmpty();
		}
	}

	@Test
	void killedProcessHoldsNothing() throws Exception {
		Path file = this.folder.resolve("tasks.duckdb");
		Process process = holder(file);
		assertThat(process.inputReader().readLine()).isEqualTo("held");
		assertThatExceptionOfType(TaskStoreLockedException.class).isThrownBy(() -> opened(file))
			.withMessageContaining("is in use by the process with PID %d, since ".formatted(process.pid()));
		process.destroyForcibly().waitFor();
		opened(file).close();
	}

	@Test
	void failedOpeningHoldsNothing() throws IOException {
		Path file = Files.writeString(this.folder.resolve("tasks.duckdb"), "these are notes".repeat(500));
		assertThatExceptionOfType(TaskStoreException.class).isThrownBy(() -> opened(file));
		Files.delete(file);
		opened(file).close();
	}

	@Test
	void holdOutlastsOpeningAgain() {
		Path file = this.folder.resolve("tasks.duckdb");
		try (DuckDbTaskStore store = opened(file)) {
			store.reopen();
			assertThatExceptionOfType(TaskStoreLockedException.class).isThrownBy(() -> opened(file));
		}
	}

	@Test
	void linksToWhatIsNotThereYetAreFollowed() throws IOException {
		Path volume = this.folder.resolve("volume/data");
		Path folderLink = Files.createSymbolicLink(this.folder.resolve("data"), Path.of("volume/data"));
		Path fileLink = Files.createSymbolicLink(this.folder.resolve("tasks"), folderLink.resolve("tasks.duckdb"));
		try (DuckDbTaskStore store = opened(fileLink)) {
			assertThat(store.reads().counts()).isEmpty();
			assertThat(store.location()).isEqualTo(volume.toRealPath().resolve("tasks.duckdb").toString());
		}
		assertThat(volume.resolve("tasks.duckdb")).isRegularFile();
		assertThat(fileLink).isSymbolicLink();
	}

	@Test
	void linkToAFileThatIsNotThereYetIsFollowed() throws IOException {
		Path file = this.folder.resolve("tasks.duckdb");
		Path link = Files.createSymbolicLink(this.folder.resolve("tasks"), file);
		try (DuckDbTaskStore store = opened(link)) {
			assertThat(store.reads().counts()).isEmpty();
		}
		assertThat(file).isRegularFile();
		assertThat(link).isSymbolicLink();
	}

	@Test
	void linksInACircleAreRefused() throws IOException {
		Path first = this.folder.resolve("first");
		Files.createSymbolicLink(first, Path.of("second"));
		Files.createSymbolicLink(this.folder.resolve("second"), Path.of("first"));
		assertThatExceptionOfType(FileSystemLoopException.class).isThrownBy(() -> RealPath.of(first));
		assertThatExceptionOfType(TaskStoreException.class).isThrownBy(() -> DuckDbDatabaseTests.database(first))
			.withMessageStartingWith("The path '%s' leads to no file: ".formatted(first));
	}

	@Test
	void charactersThatDuckDbTakesForOptionsAreRefused() {
		for (String name : List.of("a;access_mode=read_only", "b?c")) {
			Path file = this.folder.resolve(name);
			assertThatExceptionOfType(TaskStoreException.class).isThrownBy(() -> DuckDbDatabaseTests.database(file))
				.withMessageStartingWith("DuckDB cannot open the task database '")
				.satisfies((ex) -> assertThat(ex.wayOut()).contains("gobstopper.duckdb.path"));
		}
	}

	@Test
	void questionMarkIsRefused() {
		assertThatExceptionOfType(TaskStoreException.class).isThrownBy(() -> opened(this.folder.resolve("b?c")));
		assertThat(this.folder).isEmptyDirectory();
	}

	@Test
	void unusualCharactersAreOfTheFile() {
		for (String name : List.of("with space", "ümläut", "per%20cent", "ha#sh", "quo'te", "a=b&c", "{x}", "da$h")) {
			Path file = this.folder.resolve(name);
			opened(file).close();
			assertThat(file).isRegularFile();
		}
	}

	private static DuckDbTaskStore opened(Path file) {
		DuckDbTaskStore store = new DuckDbTaskStore(DuckDbDatabaseTests.database(file));
		store.open();
		return store;
	}

	private static Process holder(Path file) throws IOException {
		return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				System.getProperty("java.class.path"), FileHolder.class.getName(), file.toString())
			.start();
	}

	private static URL[] classPath() throws MalformedURLException {
		List<URL> urls = new ArrayList<>();
		for (String entry : StringUtils.tokenizeToStringArray(System.getProperty("java.class.path"),
				System.getProperty("path.separator"))) {
			urls.add(Path.of(entry).toUri().toURL());
		}
		return urls.toArray(URL[]::new);
	}

}
