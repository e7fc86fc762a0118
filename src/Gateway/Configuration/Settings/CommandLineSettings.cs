namespace Gateway.Configuration.Settings;

/// <summary>The last layer: what the command line sets.</summary>
internal static class CommandLineSettings
{
    public static void Lay(SettingNode root, RunOptions options)
    {
        if (options.Urls is { } urls)
        {
            OverrideSetting.Put(root, "Urls", urls, new SettingOrigin("--urls"));
        }

        if (options.AdminUrls is { } adminUrls)
        {
            OverrideSetting.Put(root, "Gateway:Admin:Urls", adminUrls, new SettingOrigin("--admin-urls"));
        }

        foreach ((string path, string value) in options.Set)
        {
            OverrideSetting.Put(root, path, value, new SettingOrigin("--set"));
        }
    }
}
