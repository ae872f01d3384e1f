package io.gobstopper.store.duckdb.file;

import java.io.IOException;
import java.nio.file.Path;

import io.gobstopper.store.duckdb.DuckDbDatabaseTests;
import io.gobstopper.store.duckdb.DuckDbTaskStore;

/**
 * A process that holds a file until it is killed.
 */
public final class FileHolder {

	private FileHolder() {
	}

	public static void main(String[] args) throws IOException {
		DuckDbTaskStore store = new DuckDbTaskStore(DuckDbDatabaseTests.database(Path.of(args[0])));
		store.open();
		System.out.println("held");
		System.out.flush();
		int unused = System.in.read();
	}

}
