package io.gobstopper.sample.dashboard;

/**
 * The dashboard of a queue on DuckDB.
 */
class DuckDbDashboardTests extends DashboardTests {

	@Override
	String[] store() {
		return new String[0];
	}

}
