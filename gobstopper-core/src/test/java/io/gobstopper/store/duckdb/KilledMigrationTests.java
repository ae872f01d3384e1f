package io.gobstopper.store.duckdb;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.gobstopper.TaskStatus;
import io.gobstopper.store.statistics.TaskCount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A process that is killed while it brings the tables up to date.
 */
@Timeout(60)
class KilledMigrationTests {

	private static final int LONGEST_LIFE_MILLIS = 200;

	@TempDir
	private Path folder;

	@RepeatedTest(4)
	void fileIsOldOrUpToDateWithAllItsTasks() throws Exception {
		Path output = this.folder.resolve("output");
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				System.getProperty("java.class.path"), MigratingProcess.class.getName(), this.folder.toString())
			.redirectOutput(output.toFile())
			.start();
		await().atMost(Duration.ofSeconds(30)).until(() -> begun(output).size() > 1);
		boolean unused = process.waitFor(new Random().nextInt(LONGEST_LIFE_MILLIS), TimeUnit.MILLISECONDS);
		process.destroyForcibly().waitFor();
		List<Path> begun = begun(output);
		try (DuckDbTaskStore store = new DuckDbTaskStore(DuckDbDatabaseTests.database(begun.get(begun.size() - 1)))) {
			store.open();
			assertThat(store.reads().counts()).containsExactlyInAnyOrder(
					new TaskCount("default", TaskStatus.PENDING, MigratingProcess.TASKS),
					new TaskCount("default", TaskStatus.SUCCESS, MigratingProcess.TASKS));
			assertThat(store.reads().findDamage(true)).isEmpty();
		}
	}

	private static List<Path> begun(Path output) throws Exception {
		return Files.readAllLines(output)
			.stream()
			.filter((line) -> line.startsWith("begin "))
			.map((line) -> Path.of(line.substring("begin ".length())))
			.toList();
	}

}
