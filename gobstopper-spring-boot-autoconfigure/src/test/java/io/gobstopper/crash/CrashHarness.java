package io.gobstopper.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;

/**
 * Starts an application again and again on the same files, and ends it in the middle of
 * its work: mostly by killing it, sometimes by asking it to stop, sometimes by killing it
 * while it stops.
 */
final class CrashHarness {

	private static final Duration START = Duration.ofSeconds(60);

	private static final Duration DRAIN = Duration.ofMinutes(10);

	private static final int LONGEST_LIFE_MILLIS = 1500;

	private static final int LONGEST_STOP_MILLIS = 300;

	private final Path folder;

	private final Random random;

	private final Map<Integer, Long> killedAt = new HashMap<>();

	private int processes;

	CrashHarness(Path folder, long seed) {
		this.folder = folder;
		this.random = new Random(seed);
	}

	void run(int kills) throws Exception {
		int killed = 0;
		while (killed < kills) {
			if (cycle()) {
				killed++;
			}
		}
		Process draining = start("drain");
		if (!draining.waitFor(DRAIN.toMillis(), TimeUnit.MILLISECONDS) || draining.exitValue() != 0) {
			draining.destroyForcibly();
			throw new AssertionError("The last process did not finish all work: " + output());
		}
	}

	// Returns when processes were killed, in milliseconds, by their numbers.
	Map<Integer, Long> killedAt() {
		return this.killedAt;
	}

	// Returns whether the process was killed.
	private boolean cycle() throws Exception {
		Process process = start("work");
		int kind = this.random.nextInt(10);
		if (kind == 0) {
			waitAtMost(process, this.random.nextInt(LONGEST_LIFE_MILLIS));
		}
		else {
			awaitReady(process);
			waitAtMost(process, this.random.nextInt(LONGEST_LIFE_MILLIS));
		}
		if (!process.isAlive()) {
			throw new AssertionError("Process %d ended by itself: %s".formatted(this.processes, output()));
		}
		if (kind == 1) {
			process.destroy();
			if (!process.waitFor(START.toMillis(), TimeUnit.MILLISECONDS)) {
				throw new AssertionError("Process %d did not stop: %s".formatted(this.processes, output()));
			}
			return false;
		}
		if (kind == 2) {
			process.destroy();
			waitAtMost(process, this.random.nextInt(LONGEST_STOP_MILLIS));
		}
		process.destroyForcibly().waitFor();
		this.killedAt.put(this.processes, System.currentTimeMillis());
		return true;
	}

	private void awaitReady(Process process) {
		Awaitility.await().pollInterval(Duration.ofMillis(20)).atMost(START).until(() -> {
			if (!process.isAlive()) {
				throw new AssertionError("Process %d did not start: %s".formatted(this.processes, output()));
			}
			return Files.exists(this.folder.resolve(CrashingApplication.READY + this.processes));
		});
	}

	private static void waitAtMost(Process process, int millis) throws InterruptedException {
		boolean unused = process.waitFor(millis, TimeUnit.MILLISECONDS);
	}

	private Process start(String what) throws IOException {
		this.processes++;
		Path temporary = Files.createDirectories(this.folder.resolve("temporary"));
		return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m",
				"-XX:TieredStopAtLevel=1", "-Djava.io.tmpdir=" + temporary, "-cp",
				System.getProperty("java.class.path"), CrashingApplication.class.getName(), this.folder.toString(),
				Integer.toString(this.processes), what)
			.redirectErrorStream(true)
			.redirectOutput(outputFile().toFile())
			.start();
	}

	private Path outputFile() {
		return this.folder.resolve("output-%d.txt".formatted(this.processes));
	}

	private String output() {
		try {
			return Files.readString(outputFile());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
