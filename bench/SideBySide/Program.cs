using SideBySide;

return Options.Parse(args) switch
{
    { } options => await Run.AllAsync(options),
    null => 2,
};
