using System.CommandLine;
using System.CommandLine.Parsing;
using Gateway.Configuration;
using Gateway.Configuration.Rules;

namespace Gateway.Commands;

/// <summary>The options that every command takes.</summary>
internal sealed class CommonOptions
{
    private readonly Option<string?> _config = new("--config")
    {
        Description = "The routes file. Default: GATEWAY_CONFIG, else config/appsettings.routes.json",
        HelpName = "FILE",
        Recursive = true,
    };

    private readonly Option<string?> _to = new("--to")
    {
        Description = "Forward everything to this URL and read no routes file: 100 requests a minute per client IP, responses cached as they allow",
        HelpName = "URL",
        Recursive = true,
    };

    private readonly Option<string?> _urls = new("--urls")
    {
        Description = "Where the proxy listens, several joined by \";\". Default: http://localhost:8080",
        HelpName = "URLS",
        Recursive = true,
    };

    private readonly Option<string?> _adminUrls = new("--admin-urls")
    {
        Description = "Where the admin API listens, several joined by \";\". Default: http://127.0.0.1:8081",
        HelpName = "URLS",
        Recursive = true,
    };

    private readonly Option<string[]> _set = new("--set")
    {
        Description = "Override one setting, for example Gateway:RateLimits:per-client:Limit=50. May be repeated",
        HelpName = "KEY:PATH=VALUE",
        Recursive = true,
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };

    private readonly Option<string> _log = new("--log")
    {
        Description = "How log lines are written",
        DefaultValueFactory = _ => "text",
        Recursive = true,
    };

    public CommonOptions()
    {
        _log.AcceptOnlyFromAmong("json", "text");
        _set.Validators.Add(CheckSet);
        _to.Validators.Add(CheckTo);
        _urls.Validators.Add(CheckUrls);
        _adminUrls.Validators.Add(CheckUrls);
    }

    public void AddTo(RootCommand root)
    {
        foreach (Option option in (IEnumerable<Option>)[_config, _to, _urls, _adminUrls, _set, _log])
        {
            root.Add(option);
        }
    }

    /// <param name="file">The file that a command takes as an argument; wins over <c>--config</c>.</param>
    public RunOptions Read(ParseResult parsed, string? file = null) => new()
    {
        ConfigFile = file ?? parsed.GetValue(_config),
        To = parsed.GetValue(_to) is { } to ? new Uri(to) : null,
        Urls = parsed.GetValue(_urls),
        AdminUrls = parsed.GetValue(_adminUrls),
        Set = [.. (parsed.GetValue(_set) ?? []).Select(Split)],
        Log = parsed.GetValue(_log) is "json" ? LogFormat.Json : LogFormat.Text,
    };

    private static KeyValuePair<string, string> Split(string setting)
    {
        int equals = setting.IndexOf('=', StringComparison.Ordinal);
        return new KeyValuePair<string, string>(setting[..equals].Trim(), setting[(equals + 1)..]);
    }

    private static void CheckSet(OptionResult result)
    {
        foreach (string setting in result.Tokens.Select(token => token.Value))
        {
            string path = setting.Split('=')[0].Trim();
            if (!setting.Contains('=', StringComparison.Ordinal) || path.Split(':').Any(string.IsNullOrWhiteSpace))
            {
                result.AddError($"--set takes Key:Path=value, for example Gateway:RateLimits:per-client:Limit=50, not \"{path}\".");
            }
        }
    }

    private void CheckTo(OptionResult result)
    {
        string url = result.Tokens.Count > 0 ? result.Tokens[0].Value : "";
        if (HttpAddress.Read(url) is null)
        {
            result.AddError($"--to takes {HttpAddress.Allowed}, not \"{url}\".");
        }

        if (result.GetResult(_config) is not null)
        {
            result.AddError("--to reads no routes file: leave out --config, or write the URL into the file's ReverseProxy:Clusters.");
        }
    }

    private static void CheckUrls(OptionResult result)
    {
        string urls = result.Tokens.Count > 0 ? result.Tokens[0].Value : "";
        if (ListenAddressRule.Read(urls) is null)
        {
            result.AddError($"{result.Option.Name} takes {ListenAddressRule.Allowed}, not \"{urls}\".");
        }
    }
}
