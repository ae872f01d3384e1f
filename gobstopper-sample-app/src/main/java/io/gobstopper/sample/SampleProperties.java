package io.gobstopper.sample;

import java.nio.file.Path;
import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of the sample.
 *
 * @param dataFolder folder for uploads, thumbnails and mails that are not sent
 * @param mailSender address from which mails are sent
 * @param mailRetryDelay delay after the first failure to send a mail
 */
@ConfigurationProperties("sample")
record SampleProperties(@DefaultValue("./gobstopper-data") Path dataFolder,
		@DefaultValue("welcome@gobstopper.example") String mailSender, @DefaultValue("1s") Duration mailRetryDelay) {

}
