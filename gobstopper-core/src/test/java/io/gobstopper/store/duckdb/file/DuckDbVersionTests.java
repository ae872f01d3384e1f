package io.gobstopper.store.duckdb.file;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.gobstopper.error.TaskStoreException;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * {@link DuckDbVersion}.
 */
class DuckDbVersionTests {

	@ParameterizedTest
	@ValueSource(strings = { "v1.5.1", "v1.4.4", "v0.10.3", "1.5.1-rc1" })
	void versionThatDamagesDataIsRefused(String version) {
		assertThatExceptionOfType(TaskStoreException.class).isThrownBy(() -> DuckDbVersion.check(version))
			.withMessageStartingWith("DuckDB %s is known to damage data".formatted(version))
			.withMessageContaining("1.5.2.0 or newer");
	}

	@ParameterizedTest
	@ValueSource(strings = { "v1.5.2", "v1.5.6", "v2.0.0", "v2.0.0-dev123", "v10.0.0", "unknown" })
	void otherVersionIsAccepted(String version) {
		assertThatNoException().isThrownBy(() -> DuckDbVersion.check(version));
	}

}
