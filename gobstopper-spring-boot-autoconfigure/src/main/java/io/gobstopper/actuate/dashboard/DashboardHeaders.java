package io.gobstopper.actuate.dashboard;

import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.util.StringUtils;

/**
 * The headers of all answers of the endpoint: browsers run nothing but the scripts of the
 * dashboard, show it in no frame of another page, and keep only its files.
 *
 * @param path where the endpoint is
 * @param contentSecurityPolicy what the browser may do
 */
public record DashboardHeaders(String path, String contentSecurityPolicy) {

	private static final String KEPT_FOR_EVER = "private, max-age=31536000, immutable";

	private static final int OK = 200;

	boolean areFor(String requested) {
		return requested.equals(this.path) || requested.startsWith(this.path + "/");
	}

	/**
	 * Returns where a browser is sent that asks for a path with a slash at its end.
	 * @param requested the path
	 * @return the address, relative to the requested one, or {@code null} if it has none
	 */
	@Nullable String withoutSlash(String requested) {
		if (!requested.endsWith("/")) {
			return null;
		}
		String path = StringUtils.trimTrailingCharacter(requested, '/');
		return "../".repeat(requested.length() - path.length()) + path.substring(path.lastIndexOf('/') + 1);
	}

	void addTo(HttpHeaders headers, String requested, int status) {
		boolean isFile = status == OK && requested.startsWith(this.path + "/assets/");
		headers.set(HttpHeaders.CACHE_CONTROL, isFile ? KEPT_FOR_EVER : CacheControl.noStore().getHeaderValue());
		headers.set("Content-Security-Policy", this.contentSecurityPolicy);
		headers.set("X-Content-Type-Options", "nosniff");
		headers.set("X-Frame-Options", "DENY");
		headers.set("Referrer-Policy", "no-referrer");
	}

}
