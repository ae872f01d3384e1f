package io.gobstopper.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

/**
 * The other libraries, on databases that sync every commit to the disk.
 */
final class Rivals implements AutoCloseable {

	private final List<HikariDataSource> dataSources = new ArrayList<>();

	private final EmbeddedPostgres postgres;

	Rivals() throws IOException {
		this.postgres = EmbeddedPostgres.builder()
			.setServerConfig("fsync", "on")
			.setServerConfig("synchronous_commit", "on")
			.setServerConfig("full_page_writes", "on")
			.setServerConfig("shared_buffers", "512MB")
			.setServerConfig("max_wal_size", "4GB")
			.start();
	}

	List<Rival> all() throws IOException {
		return List.of(new DbSchedulerRival(postgres("db_scheduler")),
				new JobRunrRival("jobrunr-postgresql", postgres("jobrunr")), new JobRunrRival("jobrunr-h2", h2()));
	}

	private DataSource postgres(String schema) {
		HikariDataSource dataSource = pool();
		dataSource.setJdbcUrl(this.postgres.getJdbcUrl("postgres", "postgres") + "&currentSchema=" + schema);
		dataSource.setConnectionInitSql("create schema if not exists " + schema);
		return dataSource;
	}

	private DataSource h2() throws IOException {
		HikariDataSource dataSource = pool();
		dataSource.setJdbcUrl("jdbc:h2:" + Files.createTempDirectory("h2").resolve("jobs"));
		return dataSource;
	}

	private HikariDataSource pool() {
		HikariDataSource dataSource = new HikariDataSource();
		dataSource.setMaximumPoolSize(30);
		this.dataSources.add(dataSource);
		return dataSource;
	}

	@Override
	public void close() throws IOException {
		this.dataSources.forEach(HikariDataSource::close);
		this.postgres.close();
	}

}
