package org.concordat.agent.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/**
 * What tells that a file may be another one than it was: as long as nothing of this changes, its
 * bytes are not read again.
 *
 * @param key the file system's (device and inode), where it has one
 * @param changed the inode's own time where the system has one, which programs cannot set back
 */
record FileStamp(@Nullable Object key, long size, FileTime modified, @Nullable Object changed) {
  static FileStamp of(Path file) throws IOException {
    BasicFileAttributes found =
        Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    Object changed =
        file.getFileSystem().supportedFileAttributeViews().contains("unix")
            ? Files.getAttribute(file, "unix:ctime", LinkOption.NOFOLLOW_LINKS)
            : null;
    return new FileStamp(found.fileKey(), found.size(), found.lastModifiedTime(), changed);
  }
}
