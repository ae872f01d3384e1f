package io.gobstopper.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.awaitility.Awaitility;

/**
 * Processes that run tasks on one database, each in a place of which another takes over
 * when it is killed.
 */
final class Nodes {

	private static final Duration START = Duration.ofSeconds(60);

	private final Path folder;

	private final String url;

	private final LeaseTimes leases;

	private final List<Process> running = new ArrayList<>();

	private final List<Integer> numbers = new ArrayList<>();

	private final Map<Integer, Integer> places = new HashMap<>();

	private final Map<Integer, Long> killedAt = new HashMap<>();

	private int processes;

	Nodes(Path folder, String url, LeaseTimes leases) {
		this.folder = folder;
		this.url = url;
		this.leases = leases;
	}

	void start(int count) throws IOException {
		for (int place = 0; place < count; place++) {
			this.running.add(startIn(place));
			this.numbers.add(this.processes);
		}
		this.numbers.forEach(this::awaitReady);
	}

	void killAndRestart(int place) throws IOException, InterruptedException {
		kill(place);
		this.running.set(place, startIn(place));
		this.numbers.set(place, this.processes);
		awaitReady(this.processes);
	}

	void kill(int place) throws InterruptedException {
		this.running.get(place).destroyForcibly().waitFor();
		this.killedAt.put(this.numbers.get(place), System.currentTimeMillis());
	}

	// The numbers of the processes that run now.
	List<Integer> numbers() {
		return List.copyOf(this.numbers);
	}

	int placeOf(int process) {
		return this.places.get(process);
	}

	// When processes were killed, in milliseconds, by their numbers.
	Map<Integer, Long> killedAt() {
		return this.killedAt;
	}

	private void awaitReady(int process) {
		Awaitility.await()
			.atMost(START)
			.until(() -> Files.exists(this.folder.resolve(NodeApplication.READY + process)));
	}

	private Process startIn(int place) throws IOException {
		this.processes++;
		this.places.put(this.processes, place);
		return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m",
				"-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
				NodeApplication.class.getName(), this.folder.toString(), Integer.toString(this.processes), this.url,
				this.leases.duration().toMillis() + "ms", this.leases.heartbeat().toMillis() + "ms")
			.redirectErrorStream(true)
			.redirectOutput(this.folder.resolve("output-%d.txt".formatted(this.processes)).toFile())
			.start();
	}

	void killAll() throws InterruptedException {
		for (Process process : this.running) {
			process.destroyForcibly().waitFor();
		}
	}

	/**
	 * How long leases last and how often they are renewed.
	 */
	record LeaseTimes(Duration duration, Duration heartbeat) {

	}

}
