package io.gobstopper.sample.dashboard;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.assertions.PageAssertions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;

/**
 * What a page shows before long.
 */
final class Eventually {

	private static final double PATIENCE_MILLIS = 15_000;

	static {
		PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MILLIS);
	}

	private Eventually() {
	}

	static LocatorAssertions that(Locator locator) {
		return PlaywrightAssertions.assertThat(locator);
	}

	static PageAssertions that(Page page) {
		return PlaywrightAssertions.assertThat(page);
	}

}
