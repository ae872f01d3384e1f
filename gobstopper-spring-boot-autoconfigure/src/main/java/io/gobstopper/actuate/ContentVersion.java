package io.gobstopper.actuate;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import org.springframework.util.DigestUtils;

/**
 * Tells whether what was sent before is still the same.
 */
final class ContentVersion {

	private ContentVersion() {
	}

	static String of(Object... parts) {
		return DigestUtils.md5DigestAsHex(Arrays.toString(parts).getBytes(StandardCharsets.UTF_8));
	}

}
