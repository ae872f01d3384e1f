package io.gobstopper.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

import com.zaxxer.hikari.HikariDataSource;

/**
 * The other libraries, on databases that sync every commit to the disk.
 */
final class Rivals implements AutoCloseable {

	private final PostgresServer postgres = new PostgresServer();

	private final HikariDataSource h2;

	Rivals() throws IOException {
		this.h2 = PostgresServer.pool("jdbc:h2:" + Files.createTempDirectory("h2").resolve("jobs"));
	}

	List<Rival> all() throws IOException {
		return List.of(new DbSchedulerRival(this.postgres.dataSource("db_scheduler")),
				new JobRunrRival("jobrunr-postgresql", this.postgres.dataSource("jobrunr")),
				new JobRunrRival("jobrunr-h2", this.h2));
	}

	@Override
	public void close() throws IOException {
		this.h2.close();
		this.postgres.close();
	}

}
