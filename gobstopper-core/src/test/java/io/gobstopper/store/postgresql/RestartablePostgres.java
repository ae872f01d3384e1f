package io.gobstopper.store.postgresql;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

/**
 * A server of its own that syncs every commit to the disk, and that can crash and start
 * again.
 */
public final class RestartablePostgres implements AutoCloseable {

	private final Path folder;

	private EmbeddedPostgres server;

	/**
	 * Starts a server.
	 * @param folder where its data is
	 */
	public RestartablePostgres(Path folder) throws IOException {
		this.folder = folder;
		this.server = builder().start();
	}

	private EmbeddedPostgres.Builder builder() {
		return EmbeddedPostgres.builder()
			.setDataDirectory(this.folder)
			.setCleanDataDirectory(false)
			.setServerConfig("fsync", "on")
			.setServerConfig("synchronous_commit", "on");
	}

	/**
	 * Returns where connections can be made.
	 * @return the address, which stays the same
	 */
	public String url() {
		return this.server.getJdbcUrl("postgres", "postgres");
	}

	/**
	 * Starts the server again after it was closed.
	 */
	public void startAgain() throws IOException {
		this.server = builder().setPort(this.server.getPort()).start();
	}

	/**
	 * Ends all processes of the server at once, as a crash does, and starts it again.
	 */
	public void crashAndRestart() throws IOException, InterruptedException {
		crash();
		this.server.close();
		startAgain();
	}

	private void crash() throws IOException, InterruptedException {
		String pid = Files.readAllLines(this.folder.resolve("postmaster.pid")).get(0).trim();
		new ProcessBuilder("kill", "-QUIT", pid).inheritIO().start().waitFor();
		if (!this.server.getProcess().waitFor(30, TimeUnit.SECONDS)) {
			throw new IllegalStateException("The server did not crash");
		}
	}

	@Override
	public void close() throws IOException {
		this.server.close();
	}

}
