using System.CommandLine;
using System.Text.Json.Nodes;

namespace Gateway.Commands;

/// <summary><c>gateway purge --tag T | --url U | --prefix P | --route R | --all [--soft]</c>.</summary>
internal static class PurgeCommand
{
    public static Command Create()
    {
        var admin = new AdminOption();
        Option<string?>[] targets =
        [
            new("--tag") { Description = "Entries with this tag", HelpName = "TAG" },
            new("--url") { Description = "This absolute URL, with all its variants", HelpName = "URL" },
            new("--prefix") { Description = "Entries whose URL, or whose path, begins so", HelpName = "PREFIX" },
            new("--route") { Description = "Entries of this route", HelpName = "ROUTE" },
        ];
        var all = new Option<bool>("--all") { Description = "Everything" };
        var soft = new Option<bool>("--soft") { Description = "Make entries stale instead of removing them" };
        var purge = new Command("purge", "Purge a running gateway's cache");
        foreach (Option option in targets.Append<Option>(all).Append(soft))
        {
            purge.Add(option);
        }

        admin.AddTo(purge);
        purge.Validators.Add(result =>
        {
            int named = targets.Count(target => result.GetResult(target) is { Implicit: false }) + (result.GetValue(all) ? 1 : 0);
            if (named != 1)
            {
                result.AddError("purge takes one of --tag, --url, --prefix, --route, --all.");
            }
        });
        purge.SetAction((parsed, cancellation) => admin.RunAsync(parsed, HttpMethod.Post, "/api/cache/purge", BodyOf(parsed, targets, all, soft), cancellation));
        return purge;
    }

    private static JsonObject BodyOf(ParseResult parsed, Option<string?>[] targets, Option<bool> all, Option<bool> soft)
    {
        var body = new JsonObject { ["soft"] = parsed.GetValue(soft) };
        foreach (Option<string?> target in targets.Where(target => parsed.GetValue(target) is not null))
        {
            body[target.Name.TrimStart('-')] = parsed.GetValue(target);
        }

        if (parsed.GetValue(all))
        {
            body["all"] = true;
        }

        return body;
    }
}
