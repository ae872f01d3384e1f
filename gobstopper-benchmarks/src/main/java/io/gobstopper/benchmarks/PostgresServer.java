package io.gobstopper.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

/**
 * A PostgreSQL server that syncs every commit to the disk.
 */
final class PostgresServer implements AutoCloseable {

	private final List<HikariDataSource> dataSources = new ArrayList<>();

	private final EmbeddedPostgres postgres;

	PostgresServer() throws IOException {
		this.postgres = EmbeddedPostgres.builder()
			.setServerConfig("fsync", "on")
			.setServerConfig("synchronous_commit", "on")
			.setServerConfig("full_page_writes", "on")
			.setServerConfig("shared_buffers", "512MB")
			.setServerConfig("max_wal_size", "4GB")
			.start();
	}

	String url() {
		return this.postgres.getJdbcUrl("postgres", "postgres");
	}

	// Returns a pool of 30 connections that use a schema of their own.
	HikariDataSource dataSource(String schema) {
		HikariDataSource dataSource = pool(url() + "&currentSchema=" + schema);
		dataSource.setConnectionInitSql("create schema if not exists " + schema);
		this.dataSources.add(dataSource);
		return dataSource;
	}

	static HikariDataSource pool(String url) {
		HikariDataSource dataSource = new HikariDataSource();
		dataSource.setMaximumPoolSize(30);
		dataSource.setJdbcUrl(url);
		return dataSource;
	}

	@Override
	public void close() throws IOException {
		this.dataSources.forEach(HikariDataSource::close);
		this.postgres.close();
	}

}
