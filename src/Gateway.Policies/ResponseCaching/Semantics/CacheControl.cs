using Microsoft.Extensions.Primitives;

namespace Gateway.Policies.ResponseCaching.Semantics;

/// <summary>
/// The directives of a request or a response (RFC 9111 §5.2, RFC 5861, RFC 8246). Names are compared without case; of a repeated
/// directive the first counts (§4.2.1); unknown ones are ignored. A lifetime that is not a number counts as zero: stale, not forever.
/// </summary>
internal sealed class CacheControl
{
    /// <summary>No directive at all.</summary>
    public static CacheControl None { get; } = new();

    /// <summary>Seconds; null when the directive is missing.</summary>
    public long? MaxAge { get; set; }

    public long? SharedMaxAge { get; set; }

    public long? StaleWhileRevalidate { get; set; }

    public long? StaleIfError { get; set; }

    public long? MinFresh { get; private set; }

    /// <summary>Seconds; without an argument any staleness is accepted: <see cref="long.MaxValue"/>.</summary>
    public long? MaxStale { get; private set; }

    public bool NoStore { get; set; }

    /// <summary>True for the form without field names.</summary>
    public bool NoCache { get; set; }

    /// <summary>True for the form without field names.</summary>
    public bool Private { get; set; }

    public bool Public { get; set; }

    public bool MustRevalidate { get; set; }

    public bool ProxyRevalidate { get; set; }

    public bool MustUnderstand { get; set; }

    public bool NoTransform { get; set; }

    public bool OnlyIfCached { get; private set; }

    /// <summary>Fields that <c>no-cache="…"</c> and <c>private="…"</c> name: they are left out of what is stored.</summary>
    public IReadOnlyList<string> WithheldFields { get; private set; } = [];

    /// <summary>A request's directives without those that ask for something newer than what is stored.</summary>
    public CacheControl WithoutReload()
    {
        var rest = (CacheControl)MemberwiseClone();
        rest.NoCache = false;
        rest.MaxAge = null;
        rest.MinFresh = null;
        return rest;
    }

    /// <summary>Reads all lines of the field; never throws.</summary>
    public static CacheControl Parse(StringValues lines)
    {
        if (lines.Count == 0)
        {
            return None;
        }

        var control = new CacheControl();
        for (int i = 0; i < lines.Count; i++)
        {
            var reader = new DirectiveReader(lines[i]);
            while (reader.Read())
            {
                control.Take(reader);
            }
        }

        return control;
    }

    private void Take(DirectiveReader directive)
    {
        Span<char> name = stackalloc char[24];
        int length = directive.Name.Length <= name.Length ? directive.Name.ToLowerInvariant(name) : 0;
        switch (name[..length])
        {
            case "max-age": MaxAge ??= Seconds(directive); break;
            case "s-maxage": SharedMaxAge ??= Seconds(directive); break;
            case "stale-while-revalidate": StaleWhileRevalidate ??= Seconds(directive); break;
            case "stale-if-error": StaleIfError ??= Seconds(directive); break;
            case "min-fresh": MinFresh ??= Seconds(directive); break;
            case "max-stale": MaxStale ??= directive.HasArgument ? Seconds(directive) : long.MaxValue; break;
            case "no-store": NoStore = true; break;
            case "no-cache" when directive.HasArgument && !directive.Argument.IsEmpty: Withhold(directive.Argument); break;
            case "no-cache": NoCache = true; break;
            case "private" when directive.HasArgument && !directive.Argument.IsEmpty: Withhold(directive.Argument); break;
            case "private": Private = true; break;
            case "public": Public = true; break;
            case "must-revalidate": MustRevalidate = true; break;
            case "proxy-revalidate": ProxyRevalidate = true; break;
            case "must-understand": MustUnderstand = true; break;
            case "no-transform": NoTransform = true; break;
            case "only-if-cached": OnlyIfCached = true; break;
        }
    }

    private static long Seconds(DirectiveReader directive) => DeltaSeconds.TryParse(directive.Argument, out long seconds) ? seconds : 0;

    /// <summary>Takes field names, separated by commas, into <see cref="WithheldFields"/>.</summary>
    public void Withhold(ReadOnlySpan<char> names) => WithheldFields =
        [.. WithheldFields, .. names.ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
}
